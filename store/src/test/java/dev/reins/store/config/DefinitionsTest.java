package dev.reins.store.config;

import static dev.reins.store.config.Settings.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.OnLimit;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.ToolSpec;
import dev.reins.store.Listing;
import dev.reins.store.Slice;
import dev.reins.store.StoredJson;
import dev.reins.store.config.Definitions.DefinitionView;
import dev.reins.store.config.Definitions.VersionView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionsTest {
    private static final Settings SETTINGS = new Settings();
    private static final Definitions DEFINITIONS = SETTINGS.definitions;
    private static final String HEAVY = "jsonb_build_object('instructions', repeat('x', 1000000))";

    @AfterAll
    static void close() {
        SETTINGS.close();
    }

    @Test
    void createsTheFirstVersion() {
        DefinitionView created = create();

        assertThat(created.id()).startsWith("def-");
        assertThat(created.version()).isEqualTo(1);
        assertThat(created.model()).isEqualTo(new Definition.Model("scripted", "janitor", 4096, null));
        assertThat(created.limits().onLimit()).isEqualTo(OnLimit.FAIL);
        assertThat(created.limits().ratePerMinute()).isEqualTo(Map.of(Category.HTTP, 5));
        assertThat(DEFINITIONS.find(created.id())).contains(created);
        assertThat(SETTINGS.audited()).contains("key-1 definition.created");
    }

    @Test
    void showsAbsentValuesAsNulls() {
        assertThat(StoredJson.tree(create()).propertyNames())
                .containsExactly(
                        "id",
                        "name",
                        "version",
                        "instructions",
                        "model",
                        "tools",
                        "maxSteps",
                        "defaultTimeout",
                        "limits",
                        "updatedAt");
        assertThat(StoredJson.tree(create()).path("limits").propertyNames())
                .containsExactly(
                        "maxCredits",
                        "maxCreditsPerStep",
                        "warningThreshold",
                        "toolTimeoutMs",
                        "ratePerMinute",
                        "onRateLimit",
                        "maxRateWaitSeconds",
                        "onLimit",
                        "lane");
    }

    @Test
    void mergesAPatchIntoANewVersionAndKeepsTheOld() {
        DefinitionView created = create();

        DefinitionView changed = DEFINITIONS.patch(created.id(), tree("""
                        {"maxSteps": null, "model": {"temperature": 0.5}, "limits": {"onLimit": null, "ratePerMinute": {"ai": 3}}}"""), Set.of(1), "key-2");

        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.maxSteps()).isNull();
        assertThat(changed.model()).isEqualTo(new Definition.Model("scripted", "janitor", 4096, 0.5));
        assertThat(changed.limits().onLimit()).isNull();
        assertThat(changed.limits().ratePerMinute()).isEqualTo(Map.of(Category.HTTP, 5, Category.AI, 3));
        assertThat(changed.updatedAt()).isAfter(created.updatedAt());
        List<VersionView> versions =
                DEFINITIONS.versions(created.id(), 10, null).items();
        assertThat(versions).extracting(VersionView::definition).containsExactly(created, changed);
        assertThat(versions.getFirst().changes()).isEmpty();
        assertThat(versions.getLast().changedBy()).isEqualTo("key-2");
        assertThat(versions.getLast().changes())
                .extracting(change -> change.field() + ": " + change.from() + " to " + change.to())
                .containsExactly(
                        "/limits/onLimit: \"fail\" to null",
                        "/limits/ratePerMinute/ai: null to 3",
                        "/maxSteps: 40 to null",
                        "/model/temperature: null to 0.5");
        assertThat(SETTINGS.audited()).contains("key-2 definition.changed");
    }

    @Test
    void refusesAPatchOfAVersionThatIsNotTheLatest() {
        DefinitionView created = create();
        DEFINITIONS.patch(created.id(), tree("{\"name\": \"B\"}"), null, "key-1");

        RequestRejected refused = refusal(created.id(), "{\"name\": \"C\"}", 1);

        assertThat(refused.code()).isEqualTo(ErrorCode.STALE_VERSION);
        assertThat(DEFINITIONS.find(created.id()).orElseThrow().name()).isEqualTo("B");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\": null}                       | /name              | name is required",
                "{\"name\": \"\"}                       | /name              | A name has 1 to 200 characters",
                "{\"colour\": 1}                        | /colour            | 'colour' is not known here; known are [defaultTimeout, instructions, limits, maxSteps, model, name, tools]",
                "{\"colour\": null}                     | /colour            | 'colour' is not known here; known are [defaultTimeout, instructions, limits, maxSteps, model, name, tools]",
                "{\"version\": 7}                       | /version           | 'version' is not known here; known are [defaultTimeout, instructions, limits, maxSteps, model, name, tools]",
                "{\"model\": {\"provider\": 1}}         | /model/provider    | provider must be a text",
                "{\"model\": null}                      | /model             | model is required",
                "{\"model\": {\"provider\": \"A b\"}}   | /model/provider    | A provider is named by 1 to 64 of the characters a-z 0-9 _ -",
                "{\"model\": {\"maxTokens\": 0}}        | /model/maxTokens   | maxTokens must be between 1 and 1000000",
                "{\"model\": {\"temperature\": 2.1}}    | /model/temperature | temperature must be between 0 and 2",
                "{\"tools\": [\"echo\", \"echo\"]}      | /tools/1           | 'echo' is listed twice",
                "{\"tools\": [\"echo\", \"nope\"]}      | /tools/1           | There is no tool 'nope'",
                "{\"tools\": \"echo\"}                  | /tools             | tools must be a list",
                "{\"maxSteps\": 0}                      | /maxSteps          | maxSteps must be between 1 and 1000000",
                "{\"defaultTimeout\": -1}               | /defaultTimeout    | defaultTimeout must be between 1 and 31536000",
                "{\"limits\": {\"maxCredits\": -1}}     | /limits/maxCredits | maxCredits must be between 0 and 1000000000000",
                "{\"limits\": {\"maxSteps\": 5}}        | /limits/maxSteps   | 'maxSteps' is not known here; known are [lane, maxCredits, maxCreditsPerStep, maxRateWaitSeconds, onLimit, onRateLimit, ratePerMinute, toolTimeoutMs, warningThreshold]",
                "[]                                     |  ``                | The body must be a JSON object",
            })
    void refusesWhatADefinitionCannotBe(String patch, String pointer, String message) {
        DefinitionView created = create();

        RequestRejected refused = refusal(created.id(), patch, null);

        assertThat(refused.errors()).containsExactly(new FieldError(pointer, message));
        assertThat(refused.code())
                .isEqualTo(message.startsWith("There is no") ? ErrorCode.UNKNOWN_TOOL : ErrorCode.INVALID_REQUEST);
        assertThat(DEFINITIONS.find(created.id())).contains(created);
    }

    @Test
    void changesADefinitionOneOfWhoseToolsIsUnknownByNow() {
        SETTINGS.tools.publish(
                List.of(new ToolSpec("gone", "Was here", "{}", Category.DEFAULT, Effect.READ, true, false, 0)));
        DefinitionView created = create();
        DEFINITIONS.patch(created.id(), tree("{\"tools\": [\"gone\"]}"), null, "key-1");
        SETTINGS.database.jdbc().sql("delete from tools where name = 'gone'").update();
        SETTINGS.tools.publish(List.of());

        DEFINITIONS.patch(created.id(), tree("{\"name\": \"Renamed\"}"), null, "key-1");
        DefinitionView changed =
                DEFINITIONS.patch(created.id(), tree("{\"tools\": [\"echo\", \"gone\"]}"), null, "key-1");
        RequestRejected refused = refusal(created.id(), "{\"tools\": [\"gone\", \"nope\"]}", null);

        assertThat(changed.name()).isEqualTo("Renamed");
        assertThat(changed.tools()).containsExactly("echo", "gone");
        assertThat(refused.errors()).containsExactly(new FieldError("/tools/1", "There is no tool 'nope'"));
        DEFINITIONS.patch(created.id(), tree("{\"tools\": [\"echo\"]}"), null, "key-1");
        assertThat(refusal(created.id(), "{\"tools\": [\"gone\"]}", null).code())
                .isEqualTo(ErrorCode.UNKNOWN_TOOL);
    }

    @Test
    void knowsNoOthers() {
        assertThat(refusal("def-x", "{}", null).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(catchThrowableOfType(RequestRejected.class, () -> DEFINITIONS.versions("def-x", 1, null))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void listsAllPageByPage() {
        List<String> made = List.of(create().id(), create().id(), create().id());
        var first = DEFINITIONS.list(1, null);
        var rest = DEFINITIONS.list(100, first.nextCursor());

        assertThat(first.items()).hasSize(1);
        assertThat(first.totalCount()).isEqualTo(1 + rest.items().size());
        assertThat(rest.items()).extracting(DefinitionView::id).endsWith(made.get(1), made.get(2));
        assertThat(rest.nextCursor()).isNull();
    }

    @Test
    void pagesOfHeavyDefinitionsHoldFewerThanAskedFor() {
        try (var settings = new Settings()) {
            settings.database.jdbc().sql("""
                            insert into definitions (id, version, document)
                            select 'def-' || n, 1, '{"name": "A", "model": {"provider": "scripted", "name": "janitor"}}' || %s
                            from generate_series(10, 29) n""".formatted(HEAVY)).update();

            List<Listing<DefinitionView>> pages = pages(cursor -> settings.definitions.list(100, cursor));

            assertThat(pages).hasSize(3).allSatisfy(page -> {
                assertThat(page.totalCount()).isEqualTo(20);
                assertThat(weight(page.items())).isBetween(1L, Slice.MOST_BYTES);
            });
            assertThat(pages.stream().flatMap(page -> page.items().stream()))
                    .extracting(DefinitionView::id)
                    .containsExactlyElementsOf(
                            IntStream.range(10, 30).mapToObj(n -> "def-" + n).toList());
        }
    }

    @Test
    void pagesOfHeavyVersionsHoldFewerThanAskedFor() {
        String id = create().id();
        SETTINGS.database.jdbc().sql("""
                        insert into definition_versions (definition_id, version, document, updated_at)
                        select id, n, document || %s, updated_at from definitions, generate_series(2, 10) n where id = :id
                        """.formatted(HEAVY)).param("id", id).update();

        List<Listing<VersionView>> pages = pages(cursor -> DEFINITIONS.versions(id, 100, cursor));

        assertThat(pages).hasSizeGreaterThan(1).allSatisfy(page -> {
            assertThat(page.totalCount()).isEqualTo(1);
            assertThat(weight(page.items().stream().map(VersionView::definition).toList()))
                    .as("half of what the page holds, as each row has the document before it too")
                    .isBetween(1L, Slice.MOST_BYTES / 2 + 1_000_000);
        });
        assertThat(pages.stream().flatMap(page -> page.items().stream()))
                .extracting(version -> version.definition().version())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    private static long weight(List<DefinitionView> definitions) {
        return definitions.stream()
                .mapToLong(definition -> definition.instructions().length())
                .sum();
    }

    private static <T> List<Listing<T>> pages(Function<@Nullable String, Listing<T>> list) {
        return Stream.iterate(
                        list.apply(null),
                        page -> page != null,
                        page -> page.nextCursor() == null ? null : list.apply(page.nextCursor()))
                .toList();
    }

    private static DefinitionView create() {
        return DEFINITIONS.create(tree("""
                        {"name": "Janitor", "instructions": "Tidy up.", "model": {"provider": "scripted", "name": "janitor"},
                         "tools": ["echo"], "maxSteps": 40, "limits": {"onLimit": "fail", "ratePerMinute": {"http": 5}}}"""), "key-1");
    }

    private static RequestRejected refusal(String id, String patch, Integer version) {
        return catchThrowableOfType(
                RequestRejected.class,
                () -> DEFINITIONS.patch(id, tree(patch), version == null ? null : Set.of(version), "key-1"));
    }
}
