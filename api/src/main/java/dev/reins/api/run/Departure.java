package dev.reins.api.run;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Says when this process is to end: before the web server waits for the requests under way, so that those that wait answer. */
@Component
final class Departure implements SmartLifecycle {
    private volatile boolean running;

    boolean isNear() {
        return !running;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
