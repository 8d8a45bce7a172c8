/** Apart from the purchases' queue, so that neither worker is handed the other's work. */
export const YARDSTICK_QUEUE = 'bench-yardstick';
