package dev.reins.activities.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells a call that it must stop, once and with the first reason given. Thread-safe. */
public final class Cancellation {

    public enum Reason {
        /** The run is being cancelled. */
        CANCELLED,
        /** The category's time is up. */
        TIMED_OUT,
        /** The attempt's time is up, though the category's is not: the call is made again. */
        GIVEN_UP,
        /** This attempt is no longer wanted: its worker stops, or another attempt has begun. */
        LOST
    }

    private final List<Runnable> aborts = new ArrayList<>();
    private volatile Optional<Reason> reason = Optional.empty();

    /** Has {@code abort} run when the call must stop; at once if it must already. It must not block. */
    public void onCancel(Runnable abort) {
        synchronized (aborts) {
            if (reason.isEmpty()) {
                aborts.add(abort);
                return;
            }
        }
        abort.run();
    }

    public void cancel(Reason why) {
        List<Runnable> toRun;
        synchronized (aborts) {
            if (reason.isPresent()) {
                return;
            }
            reason = Optional.of(why);
            toRun = List.copyOf(aborts);
        }
        toRun.forEach(Runnable::run);
    }

    public Optional<Reason> reason() {
        return reason;
    }
}
