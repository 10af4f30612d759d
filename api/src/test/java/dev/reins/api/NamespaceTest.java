package dev.reins.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.api.dependency.CannotStart;
import dev.reins.store.TestDatabase;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesResponse;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceImplBase;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Temporal that is there and has not what runs need stops the start with a sentence. */
class NamespaceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_FOUND         | Temporal has no namespace 'nowhere': create it, or correct REINS_TEMPORAL_NAMESPACE",
                "PERMISSION_DENIED | Temporal's namespace 'nowhere' does not let us register the search attributes of runs (PERMISSION_DENIED): register AgentRunStatus, AgentId, ProjectId, UserId as Keyword there"
            })
    void saysWhatIsMissingAndWhatToDo(Status.Code answer, String sentence) throws IOException {
        Server temporal = answering(answer.toStatus());
        try (var database = TestDatabase.create()) {
            assertThatThrownBy(() -> RunningApi.behind(
                                    RunningApi.portOf(database),
                                    database,
                                    "127.0.0.1:" + temporal.getPort(),
                                    "--REINS_TEMPORAL_NAMESPACE=nowhere")
                            .close())
                    .rootCause()
                    .isInstanceOf(CannotStart.class)
                    .hasMessage(sentence);
        } finally {
            temporal.shutdownNow();
        }
    }

    private static Server answering(Status status) throws IOException {
        return ServerBuilder.forPort(0)
                .addService(new OperatorServiceImplBase() {
                    @Override
                    public void listSearchAttributes(
                            ListSearchAttributesRequest request, StreamObserver<ListSearchAttributesResponse> answer) {
                        answer.onError(status.asRuntimeException());
                    }
                })
                .build()
                .start();
    }
}
