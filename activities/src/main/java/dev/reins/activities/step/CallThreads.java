package dev.reins.activities.step;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.MDC;

/**
 * The threads that calls are made on: the platform's, not virtual ones. A call is other people's code: one that works the
 * processor and ignores its interruption, or waits in native code as for a name's address, would keep a carrier from all
 * that runs on virtual threads, and there are only as many as processors. Threads are used again. Thread-safe.
 */
final class CallThreads implements AutoCloseable {
    private static final String IDLE = "no call";

    private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform()
            .daemon()
            .inheritInheritableThreadLocals(false)
            .name(IDLE)
            .factory());

    /**
     * Makes a call with the logging context and the class loader of the caller.
     *
     * @param name of the thread for as long as the call lasts
     * @return interrupts this call, and never another that the thread makes later
     * @throws NoThread if the call was not made
     */
    Runnable start(String name, Runnable call) throws NoThread {
        var logContext = MDC.getCopyOfContextMap();
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        // Cancelled, it interrupts its thread only while that runs it; the pool clears what is left of it.
        Future<?> made = submit(() -> {
            Thread thread = Thread.currentThread();
            thread.setName(name);
            thread.setContextClassLoader(loader);
            if (logContext != null) {
                MDC.setContextMap(logContext);
            }
            try {
                call.run();
            } finally {
                MDC.clear();
                thread.setName(IDLE);
            }
        });
        return () -> made.cancel(true);
    }

    /** An OutOfMemoryError is also what the system's refusal of one more thread is thrown as. */
    private Future<?> submit(Runnable task) throws NoThread {
        try {
            return threads.submit(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            throw new NoThread(e);
        }
    }

    /** There was no thread for a call: nobody made it. */
    static final class NoThread extends Exception {
        private static final long serialVersionUID = 1;

        private NoThread(Throwable cause) {
            super(cause);
        }
    }

    /** Idle threads end now. A call that is still under way is left to itself: its thread does not keep the process. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
