package dev.reins.api.stream;

import dev.reins.api.dependency.CannotStart;
import dev.reins.api.dependency.Setting;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class StreamConfiguration {

    /** @throws CannotStart an operator's setting is out of its range */
    @Bean
    StreamSettings streamSettings(Environment environment) {
        given(environment, "REINS_API_HEARTBEAT").ifPresent(Setting::period);
        given(environment, "REINS_API_STREAMS_PER_KEY").ifPresent(Setting::count);
        return Binder.get(environment)
                .bind("reins.streams", StreamSettings.class)
                .get();
    }

    private static Optional<Setting> given(Environment environment, String name) {
        return Optional.ofNullable(environment.getProperty(name)).map(text -> new Setting(name, text));
    }
}
