package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A run's history as the {@code temporal} command tells it. */
final class TemporalHistory {
    private final List<JsonNode> events;

    TemporalHistory(Stack stack, String runId) {
        Stack.CommandResult shown = stack.temporal("workflow", "show", "--workflow-id", runId, "--output", "json");
        assertThat(shown.status()).as(shown.output()).isZero();
        this.events = Stack.json()
                .readTree(shown.output())
                .path("events")
                .valueStream()
                .toList();
    }

    /** @param type for example {@code EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED} */
    long count(String type) {
        return events.stream()
                .filter(event -> event.path("eventType").asString("").equals(type))
                .count();
    }

    /** How long each of the run's workflow tasks was at a worker that completed it. */
    List<Duration> taskTimes() {
        return events.stream()
                .filter(event -> event.path("eventType").asString("").equals("EVENT_TYPE_WORKFLOW_TASK_COMPLETED"))
                .map(completed -> Duration.between(time(started(completed)), time(completed)))
                .toList();
    }

    private JsonNode started(JsonNode taskCompleted) {
        String id = taskCompleted
                .path("workflowTaskCompletedEventAttributes")
                .path("startedEventId")
                .asString();
        return events.stream()
                .filter(event -> event.path("eventId").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Instant time(JsonNode event) {
        return Instant.parse(event.path("eventTime").asString());
    }

    /** Who took the tasks of activities. */
    List<String> activityWorkers() {
        return events.stream()
                .map(event -> event.path("activityTaskStartedEventAttributes")
                        .path("identity")
                        .asString(""))
                .filter(identity -> !identity.isEmpty())
                .distinct()
                .toList();
    }
}
