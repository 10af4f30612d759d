package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.limited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An ended run goes on as a new one. */
class ContinueIT {
    private static final Stack STACK = Stack.shared();

    private static LiveRun goOn(LiveRun ended, Map<String, Object> body) {
        RestClient.Answer answer = ended.ask("continue", body);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        assertThat(text(answer.data(), "resumedFrom")).isEqualTo(ended.id());
        return LiveRun.of(STACK, STACK.user(), text(answer.data(), "id"));
    }

    @Test
    void planGoesOnWhereItStoppedWithTheOutputsOfItsEarlierSteps() {
        Map<String, Object> first = Map.of("$from", Map.of("step", 1, "pointer", "/value"));
        LiveRun stopped = LiveRun.start(
                STACK, STACK.user(), limited(Map.of("maxSteps", 1, "onLimit", "fail"), echo("one"), echo(first)));
        assertThat(text(stopped.await("failed"), "stopReason")).isEqualTo("guard_denied");

        LiveRun onward = goOn(stopped, Map.of("limits", Map.of("maxSteps", 2)));

        JsonNode done = onward.await("completed");
        assertThat(done.path("stepCount").asInt()).isEqualTo(2);
        assertThat(onward.toolCalls()).singleElement().satisfies(call -> {
            assertThat(call.path("stepNumber").asInt()).isEqualTo(2);
            assertThat(text(call.path("output"), "value")).isEqualTo("one");
        });
        assertThat(stopped.toolCalls()).hasSize(1);
    }

    @Test
    void agentGoesOnWithWhatItLearned() {
        LiveRun stopped = LiveRun.start(
                STACK,
                STACK.user(),
                Map.of(
                        "agentId", STACK.endpoints().agents().get("spender"),
                        "prompt", "Read the issues.",
                        "limits", Map.of("maxSteps", 2, "maxCredits", 5_000, "onLimit", "fail")));
        JsonNode failed = stopped.await("failed");
        assertThat(text(failed, "stopReason")).isEqualTo("guard_denied");
        long spent = failed.path("creditsUsed").asLong();
        assertThat(spent).isPositive();

        LiveRun onward =
                goOn(stopped, Map.of("prompt", "Go on.", "limits", Map.of("maxSteps", 500, "maxCredits", 5_000)));

        JsonNode done = onward.await("completed");
        assertThat(done.path("creditsUsed").asLong()).isGreaterThan(spent);
        assertThat(onward.toolCalls())
                .isNotEmpty()
                .first()
                .satisfies(call -> assertThat(call.path("stepNumber").asInt()).isEqualTo(4));
        List<JsonNode> messages = onward.messages();
        assertThat(messages.subList(0, stopped.messages().size())).isEqualTo(stopped.messages());
        assertThat(messages.getLast().at("/content/text").asString()).startsWith("Done: I have read");
        assertThat(stopped.row().path("creditsUsed").asLong()).isEqualTo(spent);
    }
}
