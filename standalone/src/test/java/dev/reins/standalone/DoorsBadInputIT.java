package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What becomes of a workflow that the {@code temporal} command starts with what is no run. */
class DoorsBadInputIT extends TemporalDoor {
    static Stream<Arguments> badInputs() {
        String plan = "\"plan\":[{\"tool\":\"echo\",\"description\":\"e\",\"params\":{\"value\":1}}]";
        String owner = "\"projectId\":\"demo\",\"userId\":\"demo-user\"";
        return Stream.of(
                Arguments.of("\"text\"", "The body must be a JSON object"),
                Arguments.of("{}", "A run needs either an agentId and a prompt, or a plan"),
                Arguments.of(
                        "{\"agentId\":\"agt-none\",\"prompt\":\"x\"}", "There is no agent 'agt-none' (at /agentId)"),
                Arguments.of(
                        "{\"projectId\":\"none\",\"userId\":\"demo-user\"," + plan + "}", "There is no project 'none'"),
                Arguments.of(
                        "{\"projectId\":\"demo\",\"userId\":\"none\"," + plan + "}",
                        "There is no user 'none' (at /userId)"),
                Arguments.of("{" + plan + "}", "projectId is required for a plan (at /projectId)"),
                Arguments.of("{" + owner + ",\"plan\":[]}", "(at /plan)"),
                Arguments.of(
                        "{" + owner + ",\"plan\":[{\"tool\":\"none\",\"description\":\"e\",\"params\":{}}]}", "none"),
                Arguments.of("{" + owner + "," + plan + ",\"speed\":9}", "(at /speed)"),
                Arguments.of(
                        "{" + owner + "," + plan + ",\"limits\":{\"maxSteps\":\"many\"}}", "(at /limits/maxSteps)"),
                Arguments.of("{" + owner + "," + plan + ",\"limits\":{\"maxSteps\":100000}}", "maxSteps"),
                Arguments.of("{\"agentId\":\"\\u0000\",\"prompt\":\"x\"}", "NUL"),
                Arguments.of("{\"continuation\":{\"nextStep\":7,\"nextPlanIndex\":7}}", "A run needs either"));
    }

    @ParameterizedTest
    @MethodSource("badInputs")
    void badInputFailsTheWorkflowWithAMessage(String input, String message) {
        LiveRun run = of(newId());

        succeed(begin(run.id(), "--input", input));

        assertFailed(run.id(), message);
        assertThat(run.isUnknown()).isTrue();
    }

    @Test
    void inputThatIsNoJsonFailsTheWorkflowWithAMessage() {
        LiveRun run = of(newId());

        succeed(begin(run.id(), "--input", "{half", "--input-meta", "encoding=binary/plain"));

        assertFailed(run.id(), "not JSON");
        assertThat(run.isUnknown()).isTrue();
    }

    @Test
    void noInputAtAllFailsTheWorkflowWithAMessage() {
        LiveRun run = of(newId());

        succeed(begin(run.id()));

        assertFailed(run.id(), "There is no run " + run.id() + ", and no input to start one");
        assertThat(run.isUnknown()).isTrue();
    }

    @Test
    void anIdThatNoRunCanHaveFailsTheWorkflowWithAMessage() {
        String id = "no run! " + UUID.randomUUID();

        succeed(begin(id, "--input", json(plan(Map.of(), echo(1)))));

        assertFailed(id, "A-Z a-z 0-9 . _ -");
    }

    @Test
    void theIdOfAnEndedRunFailsTheWorkflowAndLeavesTheRunAsItIs() {
        LiveRun run = start(plan(Map.of(), echo(1)));
        run.await("completed");
        JsonNode before = run.row();

        succeed(begin(run.id(), "--input", json(plan(Map.of(), echo(2)))));

        assertFailed(run.id(), "has ended (completed): its id cannot be used again");
        assertThat(run.row()).isEqualTo(before);
    }
}
