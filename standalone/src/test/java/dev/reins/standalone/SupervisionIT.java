package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SupervisionIT {
    private static final Stack STACK = Stack.shared();
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    @Test
    void aPlannedRunGoesThroughToItsEnd() {
        List<Map<String, Object>> plan = List.of(
                Map.of("tool", "echo", "description", "say", "params", Map.of("value", "hello")),
                Map.of("tool", "delay", "description", "wait", "params", Map.of("ms", 50)));

        String id =
                STACK.user().post(STACK.runs(), Map.of("plan", plan)).path("id").asString();

        JsonNode run = await().atMost(LIMIT)
                .until(() -> STACK.user().get(STACK.runs() + "/" + id), found -> found.hasNonNull("finishedAt"));
        assertThat(run.path("status").asString()).isEqualTo("completed");
        assertThat(run.path("stepCount").asInt()).isEqualTo(2);
        assertThat(STACK.sql("select status from steps where run_id = ? order by step_number", id))
                .extracting(row -> row.get("status"))
                .containsExactly("completed", "completed");
        assertThat(STACK.temporal("workflow", "describe", "--workflow-id", id).output())
                .contains("COMPLETED");
    }

    @Test
    void aKilledApiIsBackOnItsPort() {
        Endpoints before = STACK.endpoints();

        Stack.kill9(before.pids().api());

        await().atMost(LIMIT)
                .until(() ->
                        !before.pids().api().equals(STACK.endpoints().pids().api()));
        assertThat(STACK.endpoints().api()).isEqualTo(before.api());
        await().atMost(LIMIT).until(SupervisionIT::apiAnswers);
    }

    @Test
    void aKilledTemporalIsBackOnItsPortWithItsHistory() {
        Endpoints before = STACK.endpoints();

        Stack.kill9(before.pids().temporal());

        await().atMost(LIMIT)
                .until(() -> !before.pids()
                        .temporal()
                        .equals(STACK.endpoints().pids().temporal()));
        await().atMost(LIMIT).until(() -> STACK.temporal("workflow", "list").status() == 0);
    }

    @Test
    void theNamespaceKeepsClosedRunsForThirtyDays() {
        assertThat(STACK.temporal("operator", "namespace", "describe", "default")
                        .output())
                .containsPattern("WorkflowExecutionRetentionTtl\\s+720h");
    }

    @Test
    void aDataFolderInUseIsRefusedAndNamed() {
        LaunchedReins second = LaunchedReins.launch("up", STACK.home(), Map.of());

        assertThat(second.awaitEnd(LIMIT)).isEqualTo(1);
        assertThat(second.output())
                .contains(
                        "already runs with the data folder " + STACK.home(),
                        "process " + STACK.supervisor().pid());
    }

    @Test
    void aMissingDatabaseIsNamedWithWhatToDo() {
        LaunchedReins reins = LaunchedReins.launch(
                "up", folder, Map.of(), "--database-url", "postgresql://reins:secret@127.0.0.1:1/reins");

        assertThat(reins.awaitEnd(LIMIT)).isEqualTo(1);
        assertThat(reins.output())
                .contains("No PostgreSQL at 127.0.0.1:1", "--database-url")
                .doesNotContain("secret");
        assertThat(Files.exists(folder.resolve(Endpoints.FILE))).isFalse();
    }

    private static boolean apiAnswers() {
        try {
            return STACK.user().call("GET", STACK.runs(), null, Map.of()).status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
