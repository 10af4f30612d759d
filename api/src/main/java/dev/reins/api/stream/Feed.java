package dev.reins.api.stream;

import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import dev.reins.store.event.EventLog;
import dev.reins.store.event.EventPlace;
import dev.reins.store.event.StoredEvent;
import dev.reins.store.run.RunViews;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one client is shown, and from where.
 *
 * @param userId only events of this user's runs; null: of all
 * @param after where it begins
 */
record Feed(Topic topic, @Nullable String userId, EventPlace after) {
    boolean shows(Frame frame) {
        return userId == null || userId.equals(frame.event().userId());
    }

    /** Whether nothing comes any more but what is stored. */
    boolean isEnded(RunViews runs) {
        return switch (topic) {
            case Topic.OfRun run ->
                runs.find(new RunId(run.id()))
                        .map(view -> Wire.of(RunStatus.class, view.status()).isTerminal())
                        .orElse(true);
            case Topic.OfProject project -> false;
        };
    }

    List<StoredEvent> read(EventLog log, EventPlace from, int limit) {
        return switch (topic) {
            case Topic.OfRun run -> log.ofRun(run.id(), from.seq(), limit);
            case Topic.OfProject project -> log.ofProject(project.id(), userId, from, limit);
        };
    }
}
