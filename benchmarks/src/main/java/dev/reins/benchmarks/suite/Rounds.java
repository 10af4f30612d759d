package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.Contestant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Interleaved rounds: in each, every contestant does the workload once, one after the other, and each round has another
 * order, so that what the machine does beside it, and what one leaves behind for the next, meets all alike.
 */
final class Rounds {
    private final List<Contestant> contestants;
    private final Effort effort;

    Rounds(List<Contestant> contestants, Effort effort) {
        this.contestants = List.copyOf(contestants);
        this.effort = effort;
    }

    /** Seconds by contestant's name, as they were lined up; the lists' places are the rounds. */
    Map<String, List<Double>> take(Workload workload) {
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        contestants.forEach(contestant -> seconds.put(contestant.name(), new ArrayList<>()));
        for (int round = -effort.warmUps(); round < effort.rounds(); round++) {
            System.err.printf("%s: round %d of %d%n", workload.name(), round + 1, effort.rounds());
            for (Contestant contestant : inOrder(contestants, round)) {
                double taken = time(contestant, workload);
                if (round >= 0) {
                    Objects.requireNonNull(seconds.get(contestant.name())).add(taken);
                }
            }
        }
        return seconds;
    }

    /** Over twice as many rounds as there are, each comes twice in each place, and follows each other one equally often. */
    static <T> List<T> inOrder(List<T> all, int round) {
        int many = all.size();
        List<T> order = IntStream.range(0, many)
                .mapToObj(place -> all.get(Math.floorMod(round + zigzag(place), many)))
                .toList();
        return Math.floorMod(round, 2 * many) < many ? order : order.reversed();
    }

    /** 0, 1, -1, 2, -2, ...: from place to place a distance of its own. */
    private static int zigzag(int place) {
        return place % 2 == 1 ? (place + 1) / 2 : -place / 2;
    }

    static double time(Contestant contestant, Workload workload) {
        long start = System.nanoTime();
        if (workload.atOnce() == 1) {
            contestant.run(newId(contestant), workload.steps());
        } else {
            atOnce(contestant, workload);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static void atOnce(Contestant contestant, Workload workload) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> runs = IntStream.range(0, workload.atOnce())
                    .<Callable<Void>>mapToObj(run -> () -> {
                        contestant.run(newId(contestant), workload.steps());
                        return null;
                    })
                    .toList();
            for (Future<Void> run : threads.invokeAll(runs)) {
                run.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(contestant.name() + " failed at " + workload.name(), e.getCause());
        }
    }

    static String newId(Contestant contestant) {
        return contestant.name() + "-" + UUID.randomUUID();
    }
}
