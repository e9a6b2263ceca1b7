/** Every file of the suite that runs inside the extension host; a new one is added here. */
import './manifest.ts';
