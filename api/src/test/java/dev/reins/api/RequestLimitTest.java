package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import org.junit.jupiter.api.Test;

class RequestLimitTest {
    @Test
    void letsAKeyAskSoOftenAMinuteAndNoMore() {
        try (var api = RunningApi.withoutTemporal("--REINS_API_REQUESTS_PER_MINUTE=3")) {
            assertThat(api.get(ADMIN_KEY, "/api/admin/projects").header("RateLimit"))
                    .startsWith("\"key\";r=2;t=");
            assertThat(api.get(ADMIN_KEY, "/api/admin/projects").status()).isEqualTo(200);
            assertThat(api.get(ADMIN_KEY, "/api/admin/projects").status()).isEqualTo(200);

            Answer answer = api.get(ADMIN_KEY, "/api/admin/projects");

            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.code()).isEqualTo("too_many_requests");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 60);
            assertThat(answer.header("RateLimit")).startsWith("\"key\";r=0;t=");
            assertThat(answer.json().get("limit").asInt()).isEqualTo(3);
            assertThat(answer.json().get("retryAfter").asInt()).isBetween(1, 60);
            assertThat(api.get("", "/health").status()).isNotEqualTo(429);
        }
    }
}
