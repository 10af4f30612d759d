package dev.reins.standalone.temporal;

import dev.reins.contracts.SearchAttributes;
import dev.reins.standalone.CannotStart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The search attributes of a namespace: which are there, and making those that are not. */
final class Registration implements AutoCloseable {
    private static final int CALL_SECONDS = 10;

    private final Engine engine;
    private final OperatorServiceStubs operator;

    Registration(Engine engine) {
        this.engine = engine;
        this.operator = OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder()
                .setTarget(engine.address())
                .setEnableHttps(false)
                .validateAndBuildWithDefaults());
    }

    /** @throws CannotStart if some are missing and cannot be made; with the command that makes them */
    void complete() {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        try {
            add(missing);
        } catch (StatusRuntimeException e) {
            List<String> still = missing(); // another start may have made them in the meantime
            if (!still.isEmpty()) {
                throw lacking(still, e);
            }
        }
    }

    private List<String> missing() {
        Stream<String> needed = SearchAttributes.ALL.stream().map(key -> key.getName());
        try {
            Set<String> listed = listed();
            return needed.filter(name -> !listed.contains(name)).toList();
        } catch (StatusRuntimeException e) {
            if (isNotForUs(e)) {
                return needed.filter(name -> !canBeAskedFor(name)).toList();
            }
            throw engine.unreachable(e);
        }
    }

    private Set<String> listed() {
        return calls().listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                        .setNamespace(Engine.NAMESPACE)
                        .build())
                .getCustomAttributesMap()
                .keySet();
    }

    /** A Temporal that is run by others may keep its operator service to itself. */
    private static boolean isNotForUs(StatusRuntimeException e) {
        return switch (e.getStatus().getCode()) {
            case UNIMPLEMENTED, PERMISSION_DENIED, UNAUTHENTICATED -> true;
            default -> false;
        };
    }

    private boolean canBeAskedFor(String name) {
        try {
            engine.calls()
                    .countWorkflowExecutions(CountWorkflowExecutionsRequest.newBuilder()
                            .setNamespace(Engine.NAMESPACE)
                            .setQuery(name + " = 'none'")
                            .build());
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) {
                return false;
            }
            throw engine.unreachable(e);
        }
    }

    private void add(List<String> names) {
        calls().addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                .setNamespace(Engine.NAMESPACE)
                .putAllSearchAttributes(names.stream()
                        .collect(Collectors.toMap(name -> name, name -> IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)))
                .build());
    }

    private CannotStart lacking(List<String> names, StatusRuntimeException reason) {
        String options = names.stream()
                .map(name -> " --name " + name + " --type Keyword")
                .collect(Collectors.joining());
        return new CannotStart(
                "The namespace '" + Engine.NAMESPACE + "' of the Temporal at " + engine.address()
                        + " (--address) lacks the search attributes " + String.join(", ", names)
                        + ", which Reins may not make there ("
                        + reason.getStatus().getCode()
                        + "): have them made by  temporal operator search-attribute create --address "
                        + engine.address() + " --namespace " + Engine.NAMESPACE + options,
                reason);
    }

    private OperatorServiceBlockingStub calls() {
        return operator.blockingStub().withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        operator.shutdownNow();
    }
}
