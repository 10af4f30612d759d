package dev.reins.standalone;

import dev.reins.standalone.temporal.Engine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** Kills workers with {@code kill -9} at random moments, in the progress of what they work on or in time. */
final class WorkerKiller implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int LONGEST_DELAY_MS = 400;

    private final Stack stack;
    private final EffectLedger world;
    private final Random random;
    private final Pace pace;
    private final Engine engine;
    private final Map<Long, Instant> killed = new LinkedHashMap<>();

    /** How long effects take, in milliseconds: at most {@code usual}, and from there to {@code held} to hold them up. */
    record Pace(int least, int usual, int held) {
        static final Pace OF_REQUESTS = new Pace(50, 300, 2500);
    }

    WorkerKiller(Stack stack, EffectLedger world, Random random) {
        this(stack, world, random, Pace.OF_REQUESTS);
    }

    WorkerKiller(Stack stack, EffectLedger world, Random random, Pace pace) {
        this.pace = pace;
        this.stack = stack;
        this.world = world;
        this.random = random;
        this.engine = new Engine(stack.endpoints().temporal());
        engine.isReady(); // connects
    }

    /**
     * Kills as often as asked, each time after some more effects than at the kill before, so that each meets work under way.
     *
     * @param effects how many there will be in the end; they come as slowly as it takes for them to last through all kills
     * @param over whether nothing more will come
     * @param afterEach done after each kill
     */
    void kill(int times, int effects, BooleanSupplier over, Runnable afterEach) throws InterruptedException {
        int first = world.effects().size();
        for (int left = times; left > 0 && !over.getAsBoolean(); left--) {
            int now = world.effects().size();
            int moment = now + 1 + random.nextInt(Math.max(1, 2 * (effects - now) / (left + 1)));
            boolean ahead = (now - first) * (long) times > (effects - first) * (long) (times - left);
            world.takes(ahead ? pace.usual() : pace.least(), ahead ? pace.held() : pace.usual());
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> world.effects().size() >= Math.min(moment, effects) || over.getAsBoolean());
            // So that it may lie anywhere in a step's life, not only where a request comes in.
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_DELAY_MS));
            killOne(0);
            afterEach.run();
        }
        world.takes(pace.least(), pace.usual());
    }

    /**
     * Kills as often as asked, whatever else goes on, each time after half to one and a half of the pause, and once enough
     * others are at work: no more often than the test says, however soon the machine starts others.
     *
     * @param others how many more are at work when one is killed: with none, all that is seen is how long a start takes
     * @param afterEach done after each kill
     */
    void killEvery(Duration pause, int times, int others, Runnable afterEach) throws InterruptedException {
        for (int left = times; left > 0; left--) {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis() / 2 + random.nextLong(pause.toMillis()));
            killOne(others);
            afterEach.run();
        }
    }

    /** Any that is at work; one that is still starting is waited for. */
    private void killOne(int others) {
        long victim = Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> anyAtWork(others), Optional::isPresent)
                .orElseThrow();
        killed.put(victim, Instant.now());
        Stack.kill9(victim);
    }

    private Optional<Long> anyAtWork(int others) {
        List<Long> workers = new ArrayList<>(stack.endpoints().pids().workers());
        workers.removeAll(killed.keySet());
        Collections.shuffle(workers, random);
        List<Long> atWork = workers.stream().filter(engine::isPolledBy).toList();
        return atWork.size() > others ? Optional.of(atWork.getFirst()) : Optional.empty();
    }

    int kills() {
        return killed.size();
    }

    /** When each was killed. */
    List<Instant> moments() {
        return List.copyOf(killed.values());
    }

    @Override
    public void close() {
        engine.close();
    }
}
