/** How long the end-to-end tests wait. */

/** How long a person would wait for something to appear, in ms, on a machine that is several times slower than it should be. */
export const patienceMs = 60_000;
