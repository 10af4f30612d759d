package dev.reins.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowServiceException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallsTest {
    private static final IllegalArgumentException STUMBLE =
            new IllegalArgumentException("invalid expiration: PT-0.15S");

    private final Circuit circuit = new Circuit(Duration.ofMinutes(1));

    @Test
    void callForWhichTheSdkHadNoTimeIsAnOutage() {
        var failure = new WorkflowServiceException(WorkflowExecution.getDefaultInstance(), "AgentRun", STUMBLE);

        assertThatThrownBy(() -> failWith(failure)).isInstanceOf(EngineUnavailable.class);
        assertThat(circuit.isOpen()).isTrue();
    }

    @Test
    void ourOwnMistakeIsNone() {
        assertThatThrownBy(() -> failWith(STUMBLE)).isSameAs(STUMBLE);
        assertThat(circuit.isOpen()).isFalse();
    }

    private void failWith(RuntimeException failure) {
        try (var calls = new Calls(circuit, Duration.ofMinutes(1))) {
            calls.call(() -> {
                throw failure;
            });
        }
    }
}
