package dev.reins.standalone.seed;

import dev.reins.standalone.Home;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The demo project's keys, made once and kept in {@code keys.json}.
 *
 * @param userKey null until the api has made it
 */
public record Credentials(String adminKey, @Nullable String userKey) {
    private static final String FILE = "keys.json";
    private static final String PREFIX = "rk_"; // as that of the keys which the api makes
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What is kept, or a new admin key. */
    public static Credentials load(Home home) {
        return home.read(FILE)
                .map(text -> JSON.readValue(text, Credentials.class))
                .orElseGet(() -> new Credentials(newKey(), null).kept(home));
    }

    Credentials withUserKey(String key, Home home) {
        return new Credentials(adminKey, key).kept(home);
    }

    private Credentials kept(Home home) {
        home.writePrivately(FILE, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        return this;
    }

    private static String newKey() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    @Override
    public String toString() {
        return "Credentials";
    }
}
