package dev.reins.standalone;

import dev.reins.store.DatabaseUrl;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the command line and the environment give, as options: checked, with defaults for what they leave out. */
record GivenOptions(Map<String, String> named, Map<String, String> environment) {
    private static final int MOST_WORKERS = 64;
    private static final int HIGHEST_PORT = 65_535;

    Options options(Options.Verb verb, boolean once) {
        String home = text("--home", "REINS_HOME", ".reins");
        String address = named.get("--address");
        String databaseUrl = named.get("--database-url");
        checkPlaces(address, databaseUrl);
        int api = number("--api-port", "REINS_API_PORT", 8080, 0, HIGHEST_PORT);
        int temporal = number("--temporal-port", "REINS_TEMPORAL_PORT", 7233, 0, HIGHEST_PORT);
        int ui = number("--ui-port", "REINS_UI_PORT", 8233, 0, HIGHEST_PORT);
        if (address == null) {
            checkApart(Map.of("--api-port", api, "--temporal-port", temporal, "--ui-port", ui));
        }
        return new Options(
                verb,
                Path.of(home == null ? ".reins" : home).toAbsolutePath().normalize(),
                api,
                temporal,
                ui,
                number("--workers", "", 2, 1, MOST_WORKERS),
                address,
                databaseUrl,
                once);
    }

    private static void checkApart(Map<String, Integer> ports) {
        Map<Integer, String> taken = new HashMap<>();
        new TreeMap<>(ports).forEach((option, port) -> {
            String other = port == 0 ? null : taken.putIfAbsent(port, option);
            if (other != null) {
                throw new CannotStart(
                        other + " and " + option + " are both " + port + ": choose another port for one.");
            }
        });
    }

    private static void checkPlaces(@Nullable String address, @Nullable String databaseUrl) {
        if (address != null && !address.matches("\\S+:\\d{1,5}")) {
            throw new CannotStart("--address is host:port of a Temporal, not " + address + ".");
        }
        if (databaseUrl != null) {
            try {
                DatabaseUrl.parse(databaseUrl);
            } catch (IllegalArgumentException e) {
                throw new CannotStart("--database-url: " + e.getMessage() + ".", e);
            }
        }
    }

    private @Nullable String text(String option, String variable, String otherwise) {
        String value = named.get(option);
        String inherited = environment.getOrDefault(variable, "");
        return value != null ? value : inherited.isBlank() ? otherwise : inherited;
    }

    private int number(String option, String variable, int otherwise, int least, int most) {
        String value = text(option, variable, Integer.toString(otherwise));
        String name = named.containsKey(option) ? option : variable;
        try {
            int number = Integer.parseInt(value == null ? "" : value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as for a number out of range
        }
        throw new CannotStart(name + " is a number from " + least + " to " + most + ", not " + value + ".");
    }
}
