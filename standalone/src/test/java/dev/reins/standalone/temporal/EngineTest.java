package dev.reins.standalone.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.SearchAttributes;
import dev.reins.standalone.CannotStart;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.AddSearchAttributesResponse;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesResponse;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsResponse;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Temporal of others may refuse; over the wire, as the real one does it. */
class EngineTest {
    private static final List<String> NEEDED =
            SearchAttributes.ALL.stream().map(key -> key.getName()).toList();

    private final Set<String> there = new ConcurrentSkipListSet<>();
    private final Set<String> madeByAnother = new ConcurrentSkipListSet<>();
    private Status describing = Status.OK;
    private Status listing = Status.OK;
    private Status adding = Status.OK;
    private Server server;
    private Engine engine;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Operator())
                .addService(new Workflows())
                .build()
                .start();
        engine = new Engine("127.0.0.1:" + server.getPort());
    }

    @AfterEach
    void stop() {
        engine.close();
        server.shutdownNow();
    }

    @Test
    void whatIsMissingIsMade() {
        there.add(NEEDED.getFirst());

        engine.registerSearchAttributes();

        assertThat(there).containsExactlyInAnyOrderElementsOf(NEEDED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNIMPLEMENTED", "PERMISSION_DENIED"})
    void anOperatorServiceThatIsNotForUsIsNotNeededWhereAllIsThere(Status.Code code) {
        listing = code.toStatus();
        adding = code.toStatus();
        there.addAll(NEEDED);

        assertThatCode(engine::registerSearchAttributes).doesNotThrowAnyException();
    }

    @Test
    void whatAnotherStartMakesAtTheSameTimeIsFine() {
        madeByAnother.addAll(NEEDED);
        adding = Status.ALREADY_EXISTS;

        assertThatCode(engine::registerSearchAttributes).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNIMPLEMENTED", "PERMISSION_DENIED"})
    void whatIsMissingAndMayNotBeMadeIsNamedWithTheCommandThatMakesIt(Status.Code code) {
        listing = code.toStatus();
        adding = code.toStatus();
        there.addAll(NEEDED.subList(2, NEEDED.size()));

        assertThatThrownBy(engine::registerSearchAttributes)
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll(
                        "--address",
                        code.toString(),
                        "lacks the search attributes " + NEEDED.get(0) + ", " + NEEDED.get(1) + ",",
                        "temporal operator search-attribute create --address 127.0.0.1:" + server.getPort()
                                + " --namespace default --name " + NEEDED.get(0) + " --type Keyword --name "
                                + NEEDED.get(1) + " --type Keyword");
    }

    @Test
    void aMissingNamespaceIsNamedWithTheCommandThatMakesIt() {
        describing = Status.NOT_FOUND;

        assertThatThrownBy(engine::requireNamespace)
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll(
                        "--address",
                        "no namespace 'default'",
                        "temporal operator namespace create --address 127.0.0.1:" + server.getPort()
                                + " --namespace default");
    }

    private final class Operator extends OperatorServiceGrpc.OperatorServiceImplBase {
        @Override
        public void listSearchAttributes(
                ListSearchAttributesRequest request, StreamObserver<ListSearchAttributesResponse> answer) {
            var response = ListSearchAttributesResponse.newBuilder();
            there.forEach(name -> response.putCustomAttributes(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
            answer(listing, response.build(), answer);
        }

        @Override
        public void addSearchAttributes(
                AddSearchAttributesRequest request, StreamObserver<AddSearchAttributesResponse> answer) {
            there.addAll(adding.isOk() ? request.getSearchAttributesMap().keySet() : madeByAnother);
            answer(adding, AddSearchAttributesResponse.getDefaultInstance(), answer);
        }
    }

    private final class Workflows extends WorkflowServiceGrpc.WorkflowServiceImplBase {
        @Override
        public void getSystemInfo(GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
            answer(Status.OK, GetSystemInfoResponse.getDefaultInstance(), answer);
        }

        @Override
        public void describeNamespace(
                DescribeNamespaceRequest request, StreamObserver<DescribeNamespaceResponse> answer) {
            answer(describing, DescribeNamespaceResponse.getDefaultInstance(), answer);
        }

        @Override
        public void countWorkflowExecutions(
                CountWorkflowExecutionsRequest request, StreamObserver<CountWorkflowExecutionsResponse> answer) {
            String name = request.getQuery().split(" ", 2)[0];
            Status status = there.contains(name) ? Status.OK : Status.INVALID_ARGUMENT;
            answer(status, CountWorkflowExecutionsResponse.getDefaultInstance(), answer);
        }
    }

    private static <T> void answer(Status status, T response, StreamObserver<T> observer) {
        if (status.isOk()) {
            observer.onNext(response);
            observer.onCompleted();
        } else {
            observer.onError(status.asRuntimeException());
        }
    }
}
