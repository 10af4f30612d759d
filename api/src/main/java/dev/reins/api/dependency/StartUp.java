package dev.reins.api.dependency;

import dev.reins.api.engine.EngineUnavailable;
import dev.reins.api.engine.Namespace;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * Makes the database and the namespace ready: once while starting, where what cannot be used stops the start, and from
 * then on whenever the reconciler asks, until both are.
 */
@Component
public final class StartUp implements InitializingBean {
    private final Schema schema;
    private final Namespace namespace;
    private final BootstrapKey bootstrapKey;
    private final Dependency temporalServer;
    private final Complaint complaint = new Complaint();
    private final AtomicBoolean namespaceReady = new AtomicBoolean();

    StartUp(Schema schema, Namespace namespace, BootstrapKey bootstrapKey, Dependency temporalServer) {
        this.schema = schema;
        this.namespace = namespace;
        this.bootstrapKey = bootstrapKey;
        this.temporalServer = temporalServer;
    }

    @Override
    public void afterPropertiesSet() {
        prepareDatabase();
        prepareNamespace();
    }

    /** @return whether both are ready */
    public boolean retry() {
        try {
            return prepareDatabase() & prepareNamespace();
        } catch (CannotStart refused) {
            complaint.say("The api is not ready: {}", String.valueOf(refused.getMessage()));
            return false;
        }
    }

    private boolean prepareDatabase() {
        return schema.prepare() && bootstrapKey.ensure();
    }

    private boolean prepareNamespace() {
        if (namespaceReady.get()) {
            return true;
        }
        try {
            namespace.prepare().ifPresent(sentence -> {
                throw new CannotStart(sentence);
            });
            temporalServer.up();
            namespaceReady.set(true);
        } catch (EngineUnavailable away) {
            temporalServer.down();
        }
        return namespaceReady.get();
    }
}
