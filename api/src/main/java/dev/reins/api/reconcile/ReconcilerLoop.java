package dev.reins.api.reconcile;

import dev.reins.api.dependency.Complaint;
import dev.reins.api.dependency.Dependency;
import dev.reins.api.dependency.Schema;
import dev.reins.api.dependency.StartUp;
import dev.reins.api.engine.Engine;
import dev.reins.api.engine.EngineRefused;
import dev.reins.api.engine.EngineUnavailable;
import dev.reins.store.DatabaseOutage;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Runs the reconciler's passes, one a second, as long as both Temporal and PostgreSQL are there, and notices their going
 * and coming back. The tables are tidied while Temporal is away, too. Nothing that either throws ends the loop.
 */
@Component
final class ReconcilerLoop implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ReconcilerLoop.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_PASS = Duration.ofSeconds(3);

    private final Reconciler reconciler;
    private final Schema schema;
    private final StartUp startUp;
    private final Engine engine;
    private final Dependency postgres;
    private final Dependency temporalServer;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("reconciler").factory());
    private final Complaint refusal = new Complaint();
    private volatile boolean started;

    ReconcilerLoop(
            Reconciler reconciler,
            Schema schema,
            StartUp startUp,
            Engine engine,
            Dependency postgres,
            Dependency temporalServer) {
        this.reconciler = reconciler;
        this.schema = schema;
        this.startUp = startUp;
        this.engine = engine;
        this.postgres = postgres;
        this.temporalServer = temporalServer;
    }

    @Override
    public void start() {
        thread.scheduleWithFixedDelay(this::turn, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        started = true;
    }

    private void turn() {
        attempt(attempt(this::isTemporalThere) ? this::pass : this::tidy);
    }

    private boolean isTemporalThere() {
        if (!startUp.retry()) {
            return false;
        }
        engine.probe();
        temporalServer.up();
        return true;
    }

    private boolean pass() {
        reconciler.pass();
        postgres.up();
        refusal.clear();
        return true;
    }

    private boolean tidy() {
        if (schema.isReady()) {
            reconciler.tidy();
            postgres.up();
        }
        return true;
    }

    /** False also where it did not come to its end. */
    private boolean attempt(BooleanSupplier work) {
        try {
            return work.getAsBoolean();
        } catch (EngineUnavailable away) {
            temporalServer.down();
        } catch (EngineRefused refused) {
            refusal.say("Temporal refuses what the reconciler asks: {}", String.valueOf(refused.getMessage()));
        } catch (RuntimeException | Error failure) {
            failed(failure);
        }
        return false;
    }

    private void failed(Throwable failure) {
        if (DatabaseOutage.isUnusable(failure)) {
            postgres.down();
        } else if (!thread.isShutdown()) {
            LOG.error("The reconciler failed; its next turn follows", failure);
        }
    }

    /** Lets the pass under way come to an end, as long as that does not hold up the shutdown. */
    @Override
    public void stop() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_PASS.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException hurry) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return started && !thread.isShutdown();
    }
}
