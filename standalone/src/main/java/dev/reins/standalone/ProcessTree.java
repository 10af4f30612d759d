package dev.reins.standalone;

import dev.reins.standalone.process.Command;
import dev.reins.standalone.process.Supervised;
import java.util.ArrayList;
import java.util.List;

/** The processes of one Reins, in tiers: what was started later relies on what was started earlier and is stopped first. */
final class ProcessTree implements AutoCloseable {
    private final Supervised.Watcher watcher;
    private final List<Supervised> backends = new ArrayList<>();
    private final List<Supervised> applications = new ArrayList<>();
    private boolean closed;

    /** @param watcher told when a process has died and when it was started again */
    ProcessTree(Supervised.Watcher watcher) {
        this.watcher = watcher;
    }

    /** PostgreSQL or Temporal. */
    Supervised startBackend(Command command) {
        return start(command, backends);
    }

    /** The api or a worker. */
    Supervised startApplication(Command command) {
        return start(command, applications);
    }

    private synchronized Supervised start(Command command, List<Supervised> tier) {
        if (closed) {
            throw new CannotStart("Stopped while starting.");
        }
        Supervised process = Supervised.start(command, watcher);
        tier.add(process);
        return process;
    }

    @Override
    public void close() {
        List<Supervised> first;
        List<Supervised> then;
        synchronized (this) {
            closed = true;
            first = List.copyOf(applications);
            then = List.copyOf(backends);
        }
        stopTogether(first);
        stopTogether(then);
    }

    private static void stopTogether(List<Supervised> processes) {
        processes.forEach(Supervised::stop);
        processes.forEach(Supervised::close);
    }
}
