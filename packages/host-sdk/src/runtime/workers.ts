/** A worker, whatever the platform calls its methods. */
export interface WorkerHandle {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the worker could not be started, failed, or ended by itself. */
  onEnd(listener: (reason: unknown) => void): void;
  terminate(): Promise<void>;
  /** Whether the worker keeps the process alive. A new one does. */
  keepAlive(alive: boolean): void;
}

/** How a platform runs workers with shared memory. */
export interface Workers {
  /** Starts this package's worker file. */
  start(): WorkerHandle;
  /** Takes a worker that the application has started. */
  adopt(worker: unknown): WorkerHandle;
  /** Whether the heap of a worker has a limit of its own, so that filling it does not end the process. */
  readonly limitsHeap: boolean;
}
