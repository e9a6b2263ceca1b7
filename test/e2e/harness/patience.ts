/** How long the end-to-end tests wait. */

/** How long a person would wait for something to appear, in ms, on a slow and busy machine. */
export const patienceMs = 30_000;
