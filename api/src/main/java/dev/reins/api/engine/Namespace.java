package dev.reins.api.engine;

import com.google.protobuf.Duration;
import dev.reins.contracts.SearchAttributes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.namespace.v1.NamespaceConfig;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.UpdateNamespaceRequest;
import io.temporal.common.SearchAttributeKey;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The namespace as runs need it: their search attributes registered, closed executions kept for 30 days at least. */
public final class Namespace {
    private static final long RETENTION_SECONDS = 30L * 24 * 60 * 60;

    private final WorkflowServiceStubs temporal;
    private final OperatorServiceStubs operator;
    private final String name;

    Namespace(WorkflowServiceStubs temporal, OperatorServiceStubs operator, String name) {
        this.temporal = temporal;
        this.operator = operator;
        this.name = name;
    }

    /**
     * Registers what is missing, and raises a retention that is shorter, whoever made the namespace; asked again it changes
     * nothing.
     *
     * @return a sentence for the operator if runs cannot be started as the namespace is; empty if they can
     * @throws EngineUnavailable Temporal cannot be reached
     */
    public Optional<String> prepare() {
        try {
            registerSearchAttributes();
        } catch (StatusRuntimeException failure) {
            return Optional.of(sentence(unlessAway(failure)));
        }
        try {
            keepClosedExecutions();
        } catch (StatusRuntimeException failure) {
            unlessAway(failure); // not ours to change: runs work with a shorter one
        }
        return Optional.empty();
    }

    private void registerSearchAttributes() {
        Set<String> registered = registeredSearchAttributes();
        Map<String, IndexedValueType> missing = new TreeMap<>();
        for (SearchAttributeKey<String> key : SearchAttributes.ALL) {
            if (!registered.contains(key.getName())) {
                missing.put(key.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
            }
        }
        if (!missing.isEmpty()) {
            register(missing);
        }
    }

    private Set<String> registeredSearchAttributes() {
        try {
            return operator.blockingStub()
                    .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                            .setNamespace(name)
                            .build())
                    .getCustomAttributesMap()
                    .keySet();
        } catch (StatusRuntimeException failure) {
            if (failure.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                return Set.of(); // a small server that cannot list them takes them all the same
            }
            throw failure;
        }
    }

    private void register(Map<String, IndexedValueType> missing) {
        try {
            operator.blockingStub()
                    .addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                            .setNamespace(name)
                            .putAllSearchAttributes(missing)
                            .build());
        } catch (StatusRuntimeException failure) {
            if (failure.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw failure;
            }
        }
    }

    private void keepClosedExecutions() {
        var stub = temporal.blockingStub();
        var config = stub.describeNamespace(
                        DescribeNamespaceRequest.newBuilder().setNamespace(name).build())
                .getConfig();
        if (config.getWorkflowExecutionRetentionTtl().getSeconds() < RETENTION_SECONDS) {
            stub.updateNamespace(UpdateNamespaceRequest.newBuilder()
                    .setNamespace(name)
                    .setConfig(NamespaceConfig.newBuilder()
                            .setWorkflowExecutionRetentionTtl(
                                    Duration.newBuilder().setSeconds(RETENTION_SECONDS)))
                    .build());
        }
    }

    private static StatusRuntimeException unlessAway(StatusRuntimeException failure) {
        if (Calls.isOutage(failure)) {
            throw new EngineUnavailable(failure);
        }
        return failure;
    }

    private String sentence(StatusRuntimeException failure) {
        Status.Code code = failure.getStatus().getCode();
        return code == Status.Code.NOT_FOUND
                ? "Temporal has no namespace '%s': create it, or correct REINS_TEMPORAL_NAMESPACE".formatted(name)
                : "Temporal's namespace '%s' does not let us register the search attributes of runs (%s): register %s as Keyword there"
                        .formatted(name, code, attributeNames());
    }

    private static String attributeNames() {
        return SearchAttributes.ALL.stream().map(SearchAttributeKey::getName).collect(Collectors.joining(", "));
    }
}
