package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.reins.contracts.Category;
import dev.reins.contracts.RunId;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepRequest;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DefaultDataConverter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stands in each step's history says nothing that goes without saying. */
class PayloadTest {
    private static final DefaultDataConverter JSON = DefaultDataConverter.newDefaultInstance();
    private static final Execution EXECUTION = new Execution(new RunId("r"), "e", false, null);

    @Test
    void aRequestLeavesOutWhatItIsNot() {
        StepRequest first = StepRequest.toolCall(EXECUTION, 2, "echo", 1, 0);

        assertThat(text(StepRequest.modelTurn(EXECUTION, 1)))
                .isEqualTo(
                        "{\"execution\":{\"runId\":\"r\",\"executionId\":\"e\"},\"stepNumber\":1,\"tool\":\"model.turn\"}");
        assertThat(JSON.fromPayload(payload(first), StepRequest.class, StepRequest.class))
                .isEqualTo(first);
    }

    @Test
    void aResultLeavesOutZerosAndNeverTheCallsThatAnEarlierBuildReads() {
        StepCompleted tool = new StepCompleted(2, 0, 5, 6, 7, "echoed", List.of(), false, 1, 1);
        CallOutline call = new CallOutline("echo", Category.DEFAULT, 30_000, true, false, false, null);
        StepCompleted turn = new StepCompleted(1, 7, 5, 6, 7, null, List.of(call), false, 0, 0);

        assertThat(text(tool)).contains("\"calls\":[]").doesNotContain("done");
        assertThat(text(turn)).doesNotContain("express", "onError", "loop").contains("\"idempotent\":true");
        assertThat(List.of(read(tool), read(turn))).containsExactly(tool, turn);
    }

    @Test
    void whatAnEarlierBuildWroteIsReadAsItMeantIt() {
        String earlier = """
                {"execution":{"runId":"r","executionId":"e","reset":false,"continuedFrom":null},"stepNumber":1,
                 "tool":"model.turn","planIndex":null,"turnStep":null,"callIndex":null}""";
        Payload payload = payload(EXECUTION).toBuilder()
                .setData(ByteString.copyFromUtf8(earlier))
                .build();

        assertThat(JSON.fromPayload(payload, StepRequest.class, StepRequest.class))
                .isEqualTo(StepRequest.modelTurn(EXECUTION, 1));
    }

    private static StepCompleted read(StepCompleted written) {
        return JSON.fromPayload(payload(written), StepCompleted.class, StepCompleted.class);
    }

    private static String text(Object value) {
        return payload(value).getData().toStringUtf8();
    }

    private static Payload payload(Object value) {
        return JSON.toPayload(value).orElseThrow();
    }
}
