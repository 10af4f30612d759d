package dev.reins.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.api.dependency.CannotStart;
import dev.reins.store.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class CannotStartTest {
    private static final String NOWHERE = "postgresql://u:secret@" + RunningApi.nobody() + "/d";

    @Test
    void saysWhichSettingIsWrongWithoutRepeatingThePassword() {
        assertRefused("--REINS_DATABASE_URL=mysql://u:secret@h/d")
                .hasMessageEndingWith("correct REINS_DATABASE_URL")
                .hasMessageNotContaining("secret");
    }

    @Test
    void doesNotWaitForADatabaseThatIsThereUnderAnotherName() {
        try (var database = TestDatabase.create()) {
            String address = "127.0.0.1:" + RunningApi.portOf(database);
            assertRefused("--REINS_DATABASE_URL=postgresql://postgres@" + address + "/none")
                    .hasMessage("PostgreSQL at " + address + " cannot be used: FATAL: database \"none\" does not exist;"
                            + " see to it, or correct REINS_DATABASE_URL");
        }
    }

    @Test
    void doesNotWaitForADatabaseThatDoesNotLetItIn() {
        try (var database = TestDatabase.create()) {
            String address = "127.0.0.1:" + RunningApi.portOf(database);
            assertRefused("--REINS_DATABASE_URL=postgresql://nobody:secret@" + address + "/postgres")
                    .hasMessageContaining("role \"nobody\" does not exist")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void namesASettingThatIsOutOfRange() {
        assertRefused("--REINS_DATABASE_URL=" + NOWHERE, "--REINS_API_REQUESTS_PER_MINUTE=0")
                .hasMessageStartingWith("REINS_API_REQUESTS_PER_MINUTE is a whole number from 1 to ");
    }

    @Test
    void sendsNoHeartbeatAllTheTime() {
        assertRefused("--REINS_DATABASE_URL=" + NOWHERE, "--REINS_API_HEARTBEAT=15")
                .hasMessage("REINS_API_HEARTBEAT is a duration from 1s to 1h, with its unit, not '15'");
    }

    @Test
    void letsEveryKeyHaveAStream() {
        assertRefused("--REINS_DATABASE_URL=" + NOWHERE, "--REINS_API_STREAMS_PER_KEY=0")
                .hasMessage("REINS_API_STREAMS_PER_KEY is a whole number from 1 to 1,000,000, not '0'");
    }

    @Test
    void takesNoAdminKeyThatCouldBeGuessed() {
        assertRefused("--REINS_DATABASE_URL=" + NOWHERE, "--REINS_ADMIN_KEY=changeme")
                .hasMessage("REINS_ADMIN_KEY has 8 characters: give it at least 32 random ones, or none");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String... settings) {
        var arguments =
                new ArrayList<>(List.of("--REINS_API_PORT=0", "--REINS_TEMPORAL_ADDRESS=" + RunningApi.nobody()));
        arguments.addAll(List.of(settings));
        return assertThatThrownBy(() ->
                        ApiApplication.start(arguments.toArray(String[]::new)).close())
                .rootCause()
                .isInstanceOf(CannotStart.class);
    }
}
