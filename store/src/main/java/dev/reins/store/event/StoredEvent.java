package dev.reins.store.event;

import dev.reins.store.run.RunViews.EventView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event with what decides who gets it, and when.
 *
 * @param userId whose run it is of
 */
public record StoredEvent(EventPlace place, String projectId, String userId, EventView view) {

    /**
     * As a row among a project's events.
     *
     * @param id opaque
     */
    public record ProjectEventView(
            String id,
            String runId,
            long seq,
            String type,
            Instant at,
            @Nullable Integer stepNumber,
            JsonNode data) {}

    public ProjectEventView ofProject() {
        return new ProjectEventView(
                place.encode(projectId),
                place.runId(),
                view.seq(),
                view.type(),
                view.at(),
                view.stepNumber(),
                view.data());
    }
}
