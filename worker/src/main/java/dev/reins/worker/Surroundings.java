package dev.reins.worker;

import dev.reins.contracts.SearchAttributes;
import dev.reins.store.DatabaseOutage;
import dev.reins.store.Migrations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.temporal.common.SearchAttributeKey;
import io.temporal.serviceclient.OperatorServiceStubs;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.springframework.stereotype.Component;

/** The database and the namespace as runs need them. What is asked twice changes nothing. */
@Component
final class Surroundings {
    private static final Set<Status.Code> OUTAGE =
            Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.RESOURCE_EXHAUSTED);
    private static final int CALL_SECONDS = 5;

    private final DataSource dataSource;
    private final OperatorServiceStubs operator;
    private final WorkerSettings settings;

    Surroundings(DataSource dataSource, OperatorServiceStubs operator, WorkerSettings settings) {
        this.dataSource = dataSource;
        this.operator = operator;
        this.settings = settings;
    }

    /**
     * Brings the database to this version's schema.
     *
     * @return whether it is there
     * @throws CannotStart if it is, but cannot be used
     */
    boolean prepareDatabase() {
        try {
            Migrations.apply(dataSource);
            return true;
        } catch (FlywayException e) {
            if (DatabaseOutage.isAway(e)) {
                return false;
            }
            throw new CannotStart("PostgreSQL at " + settings.database().address() + " cannot be used: "
                    + DatabaseOutage.reason(e) + "; see to it, or correct REINS_DATABASE_URL");
        }
    }

    /**
     * Registers the search attributes of runs.
     *
     * @return whether Temporal is there
     * @throws CannotStart if it is, but does not let us
     */
    boolean prepareNamespace() {
        try {
            registerSearchAttributes();
            return true;
        } catch (StatusRuntimeException e) {
            if (OUTAGE.contains(e.getStatus().getCode())) {
                return false;
            }
            throw new CannotStart("Temporal at " + settings.temporalAddress() + " does not let us register "
                    + names(missing(Map.of())) + " as Keyword search attributes in the namespace '"
                    + settings.temporalNamespace() + "' (" + e.getStatus().getCode()
                    + "): register them there, or correct REINS_TEMPORAL_NAMESPACE");
        }
    }

    /** Whether the database answers now. */
    boolean hasDatabase() {
        try (Connection connection = dataSource.getConnection()) {
            return connection.isValid(CALL_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Whether Temporal answers now. */
    boolean hasTemporal() {
        try {
            registered();
            return true;
        } catch (StatusRuntimeException e) {
            return !OUTAGE.contains(e.getStatus().getCode());
        }
    }

    private void registerSearchAttributes() {
        var missing = missing(registered());
        if (missing.isEmpty()) {
            return;
        }
        try {
            stub().addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                    .setNamespace(settings.temporalNamespace())
                    .putAllSearchAttributes(missing)
                    .build());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw e;
            }
        }
    }

    private Map<String, IndexedValueType> registered() {
        try {
            return stub().listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                            .setNamespace(settings.temporalNamespace())
                            .build())
                    .getCustomAttributesMap();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNIMPLEMENTED) {
                throw e;
            }
            return Map.of(); // the SDK's test server cannot tell
        }
    }

    private OperatorServiceBlockingStub stub() {
        return operator.blockingStub().withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private static Map<String, IndexedValueType> missing(Map<String, IndexedValueType> registered) {
        return SearchAttributes.ALL.stream()
                .map(SearchAttributeKey::getName)
                .filter(name -> !registered.containsKey(name))
                .collect(Collectors.toMap(name -> name, name -> IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
    }

    private static String names(Map<String, IndexedValueType> attributes) {
        return attributes.keySet().stream().sorted().collect(Collectors.joining(", "));
    }
}
