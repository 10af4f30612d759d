package dev.reins.standalone;

import dev.reins.standalone.demo.Play;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** {@code demo} and {@code up}, as the launcher calls them. */
public final class Main {
    private static final int CANNOT_START = 1;
    private static final int NOT_AS_EXPECTED = 3;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.setProperty("logback.configurationFile", "dev/reins/standalone/logback-supervisor.xml");
        Map<String, String> environment = System.getenv();
        Screen screen = new Screen(System.out, "1".equals(environment.get("REINS_COLOUR")));
        try {
            Options options = Options.parse(List.of(arguments), environment);
            System.setProperty("reins.logs", options.home().resolve("logs").toString());
            LoggerFactory.getLogger(Main.class); // set up once, before several threads want it
            System.exit(run(options, environment, screen));
        } catch (CannotStart e) {
            System.err.println("reins: " + e.getMessage());
            System.exit(CANNOT_START);
        } catch (RuntimeException e) {
            System.err.println("reins: something unforeseen happened: " + e);
            LoggerFactory.getLogger(Main.class).error("Unforeseen", e);
            System.exit(CANNOT_START);
        }
    }

    private static int run(Options options, Map<String, String> environment, Screen screen)
            throws InterruptedException {
        Instant began = Instant.now();
        screen.title("Starting Reins");
        Standalone standalone = new Standalone(options, environment, screen);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(standalone, screen), "stop"));
        try {
            Endpoints endpoints = standalone.start();
            screen.say(
                    "ready", "after " + Duration.between(began, Instant.now()).toSeconds() + " s");
            return afterStart(options, standalone, endpoints, screen);
        } catch (RuntimeException e) {
            if (standalone.isClosing()) {
                new CountDownLatch(1).await(); // the process is ending already
            }
            throw e;
        }
    }

    private static int afterStart(Options options, Standalone standalone, Endpoints endpoints, Screen screen)
            throws InterruptedException {
        boolean asExpected = true;
        Farewell farewell = new Farewell(standalone, screen);
        farewell.showEarlierRuns();
        if (options.verb() == Options.Verb.DEMO) {
            asExpected = new Play(standalone, endpoints, screen).play();
        }
        farewell.show();
        if (!options.once()) {
            new CountDownLatch(1).await();
        }
        return asExpected ? 0 : NOT_AS_EXPECTED;
    }

    private static void stop(Standalone standalone, Screen screen) {
        if (standalone.isRunning()) {
            screen.blank();
            screen.line("Stopping, when the steps that are being done have finished. Runs go on at the next start.");
        }
        standalone.close();
    }
}
