package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.activity.ActivityInfo;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalAttemptTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    /** What the SDK says to a local activity. */
    private static ActivityInfo info(Instant scheduled, Duration scheduleToClose, Duration startToClose) {
        Map<String, Object> says = Map.of(
                "getScheduledTimestamp",
                scheduled.toEpochMilli(),
                "getScheduleToCloseTimeout",
                scheduleToClose,
                "getStartToCloseTimeout",
                startToClose);
        return (ActivityInfo) Proxy.newProxyInstance(
                ActivityInfo.class.getClassLoader(),
                new Class<?>[] {ActivityInfo.class},
                (proxy, method, arguments) -> says.get(method.getName()));
    }

    @Test
    void itsWaitForASlotIsPartOfItsTime() {
        Instant scheduled = now.minusMillis(400);

        LocalAttempt attempt = LocalAttempt.of(info(scheduled, SECOND, SECOND));

        assertThat(attempt.deadline()).isEqualTo(scheduled.plus(SECOND));
        assertThat(attempt.timeout()).isEqualTo(SECOND);
    }

    @Test
    void itHasNoMoreThanItsOwnTime() {
        assertThat(LocalAttempt.of(info(now, LONG, SECOND)).deadline())
                .isBetween(now.plus(SECOND), Instant.now().plus(SECOND));
    }

    @Test
    void itHasItsOwnTimeWhereNothingElseIsSaid() {
        assertThat(LocalAttempt.of(info(now.minus(LONG), Duration.ZERO, SECOND)).deadline())
                .isBetween(now.plus(SECOND), Instant.now().plus(SECOND));
    }
}
