// How much shared state may be there at once. The memory of one process; Redis has limits of its own (`maxmemory`).

/** 100 000 distinct people or clients take at most 50 MB: an entry of each kind has fewer than 500 bytes. */
export const MOST_ENTRIES = 100_000;

/** Of all results that repeated requests may ask for again. The update of a signature has 30 to 100 kB. */
export const MOST_RESULT_BYTES = 64 * 1024 * 1024;

/** Of one of them, in memory and in Redis. A B-LTA update with large revocation lists and pictures stays below. */
export const LARGEST_RESULT_BYTES = 16 * 1024 * 1024;
