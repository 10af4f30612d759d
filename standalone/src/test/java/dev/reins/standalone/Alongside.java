package dev.reins.standalone;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Something done once while other things are done again and again beside it. */
interface Alongside {
    void run() throws Exception;

    /** Does each of these on a thread of its own, again and again until the other is done, and waits for the last of each. */
    static void repeat(List<Alongside> these, Alongside other) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(these.size())) {
            List<Future<Void>> repeated = these.stream()
                    .map(each -> threads.<Void>submit(() -> {
                        while (!over.get()) {
                            each.run();
                        }
                        return null;
                    }))
                    .toList();
            try {
                other.run();
            } finally {
                over.set(true);
            }
            for (Future<Void> each : repeated) {
                each.get();
            }
        }
    }
}
