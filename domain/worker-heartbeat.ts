/** How often a worker tells Temporal that it lives: so soon it is known that none does. */
export const WORKER_HEARTBEAT_MS = 5_000;
