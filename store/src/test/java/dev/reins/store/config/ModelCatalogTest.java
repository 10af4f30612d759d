package dev.reins.store.config;

import static dev.reins.store.config.Settings.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.ModelProviderSpec;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelCatalogTest {
    private final Settings settings = new Settings();

    @AfterEach
    void close() {
        settings.close();
    }

    private void publish(String provider, List<String> models) {
        settings.models.publish(List.of(new ModelProviderSpec(provider, models)));
    }

    private String define(String provider, String model) {
        return settings.definitions
                .create(tree("""
                        {"name": "D", "instructions": "", "model": {"provider": "%s", "name": "%s"}}""".formatted(provider, model)), "key-1")
                .id();
    }

    private Definition.Model patch(String id, String patch) {
        return settings.definitions.patch(id, tree(patch), null, "key-1").model();
    }

    private FieldError refusal(String provider, String model) {
        return refusal(() -> define(provider, model));
    }

    private static FieldError refusal(ThrowingCallable request) {
        RequestRejected refused = catchThrowableOfType(RequestRejected.class, request);
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.errors()).hasSize(1);
        return refused.errors().getFirst();
    }

    @Test
    void takesAnyModelUntilAWorkerHasToldWhatItHas() {
        define("acme", "large");

        assertThat(settings.models.all()).isEmpty();
    }

    @Test
    void refusesWhatNoWorkerHas() {
        publish("scripted", List.of("janitor"));
        publish("acme", null);

        assertThat(refusal("none", "x"))
                .isEqualTo(new FieldError(
                        "/model/provider", "There is no model provider 'none'; there is acme, scripted"));
        assertThat(refusal("scripted", "looper"))
                .isEqualTo(new FieldError("/model/name", "The provider 'scripted' has no model 'looper'"));
        define("scripted", "janitor");
        define("acme", "whatever");
    }

    @Test
    void changesADefinitionWhoseModelNoWorkerHasAnyMore() {
        String id = define("acme", "large");
        publish("scripted", List.of("janitor"));

        settings.definitions.patch(id, tree("{\"maxSteps\": 7}"), null, "key-1");
        patch(id, "{\"model\": {\"provider\": \"acme\", \"name\": \"large\", \"maxTokens\": 10}}");

        assertThat(patch(id, "{\"model\": {\"temperature\": 0.5}}"))
                .isEqualTo(new Definition.Model("acme", "large", 10, 0.5));
    }

    @Test
    void refusesAPatchThatNamesAModelWhichNoWorkerHas() {
        String id = define("acme", "large");
        publish("scripted", List.of("janitor"));

        assertThat(refusal(() -> patch(id, "{\"model\": {\"name\": \"small\"}}"))
                        .pointer())
                .isEqualTo("/model/provider");
        assertThat(refusal(() -> patch(id, "{\"model\": {\"provider\": \"scripted\"}}"))
                        .pointer())
                .isEqualTo("/model/name");
        patch(id, "{\"model\": {\"provider\": \"scripted\", \"name\": \"janitor\"}}");
    }

    @Test
    void takesWhatAnyWorkerHasEverHad() {
        publish("scripted", List.of("janitor"));
        publish("scripted", List.of("looper", "spender"));

        assertThat(settings.models.all().get("scripted").models()).containsExactly("janitor", "looper", "spender");
        publish("scripted", null);
        publish("scripted", List.of("janitor"));
        assertThat(settings.models.all().get("scripted").models()).isNull();
        define("scripted", "from-a-folder");
    }
}
