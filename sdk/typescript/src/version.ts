/** Names the version of this package, as its spans and requests carry it. */
export const VERSION = "0.1.0";
