package dev.reins.store.config;

import static dev.reins.store.config.Settings.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.Category;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.limits.LimitSource;
import dev.reins.contracts.limits.LimitsPatch;
import dev.reins.contracts.limits.RunLimits;
import dev.reins.store.config.Projects.ProjectView;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersAndLimitsTest {
    private final Settings settings = new Settings();

    @AfterEach
    void close() {
        settings.close();
    }

    @Test
    void givesEachUserTheTiersLimits() {
        settings.users.put("pro", tree("{}"), "key-1");
        settings.users.put("free", tree("{\"tier\": \"free\"}"), "key-1");
        settings.users.put("big", tree("{\"tier\": \"enterprise\"}"), "key-1");
        settings.users.put("all", tree("{\"tier\": \"unlimited\"}"), "key-1");

        assertThat(limits("pro").ratePerMinute()).containsEntry(Category.BROWSER, 30);
        assertThat(limits("pro").maxCredits()).isEqualTo(10_000);
        assertThat(limits("free").maxCredits()).isEqualTo(1_000);
        assertThat(limits("free").ratePerMinute()).containsEntry(Category.CALENDAR, 5);
        assertThat(limits("free").maxSteps()).isEqualTo(500);
        assertThat(limits("big").maxCredits()).isEqualTo(100_000);
        assertThat(limits("all"))
                .extracting(RunLimits::maxSteps, RunLimits::maxCredits, RunLimits::maxCreditsPerStep)
                .containsExactly(null, null, 1_000L);
        assertThat(limits("all").ratePerMinute()).isEmpty();
        assertThat(limits("all").toolTimeoutMs()).containsEntry(Category.DRIVE, 60_000L);
        assertThat(settings.users.limits("nobody")).isEmpty();
    }

    @Test
    void movesAUserToAnotherTierOnlyWhenTold() {
        settings.users.put("ada", tree("{\"tier\": \"free\"}"), "key-1");
        assertThat(settings.users.put("ada", tree("{}"), "key-1").tier()).isEqualTo("free");
        assertThat(settings.users
                        .put("ada", tree("{\"tier\": \"pro\"}"), "key-1")
                        .tier())
                .isEqualTo("pro");
        assertThat(settings.users.find("ada").orElseThrow().tier()).isEqualTo("pro");
    }

    @Test
    void refusesUnknownTiersAndIdsThatAreNone() {
        assertThat(error(() -> settings.users.put("ada", tree("{\"tier\": \"gold\"}"), "key-1")))
                .isEqualTo(new FieldError("/tier", "There is no tier 'gold'"));
        assertThat(error(() -> settings.users.put("a b", tree("{}"), "key-1")).pointer())
                .isEqualTo("id");
        assertThat(settings.users.find("ada")).isEmpty();
    }

    @Test
    void showsTheTiersFromTheSmallestToTheLargest() {
        assertThat(settings.tiers.all())
                .extracting(Tiers.TierView::name)
                .containsExactly("free", "pro", "enterprise", "unlimited");
        assertThat(settings.tiers
                        .find("unlimited")
                        .orElseThrow()
                        .limits()
                        .get("maxSteps")
                        .isNull())
                .isTrue();
        assertThat(settings.tiers.find("gold")).isEmpty();
    }

    @Test
    void changesTheSystemsLimitsForRunsToCome() {
        settings.users.put("ada", tree("{}"), "key-1");

        settings.systemLimits.patch(
                tree("{\"maxSteps\": 100, \"maxCredits\": null, \"ratePerMinute\": {\"ai\": null, \"http\": 5}}"),
                "key-9");

        assertThat(limits("ada").maxSteps()).isEqualTo(100);
        assertThat(limits("ada").maxCredits()).isNull();
        assertThat(limits("ada").ratePerMinute())
                .containsEntry(Category.HTTP, 5)
                .containsEntry(Category.DRIVE, 20)
                .doesNotContainKey(Category.AI);
        assertThat(settings.systemLimits.get().maxSteps()).isEqualTo(100);
        assertThat(settings.audited()).startsWith("key-9 limits.changed");
        assertThat(settings.users
                        .limits("ada")
                        .orElseThrow()
                        .with(LimitsPatch.NOTHING, LimitsPatch.NOTHING)
                        .sources())
                .containsEntry("maxSteps", LimitSource.SYSTEM);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"maxSteps\": -1}                      | /maxSteps           | maxSteps must be between 1 and 1000000",
                "{\"maxSteps\": \"9\"}                   | /maxSteps           | maxSteps must be a whole number",
                "{\"warningThreshold\": null}            | /warningThreshold   | warningThreshold must have a value",
                "{\"toolTimeoutMs\": {\"ai\": null}}     | /toolTimeoutMs/ai   | toolTimeoutMs.ai must have a value",
                "{\"toolTimeoutMs\": null}               | /toolTimeoutMs/browser | toolTimeoutMs.browser must have a value",
                "{\"lane\": \"fast\"}                    | /lane               | lane must be one of [activity, express]",
                "{\"ratePerMinute\": {\"fax\": null}}    | /ratePerMinute/fax  | 'fax' is not known here; known are [ai, browser, calendar, default, drive, email, http]",
                "{\"maxStep\": 1}                        | /maxStep            | 'maxStep' is not known here; known are [lane, maxCredits, maxCreditsPerStep, maxRateWaitSeconds, maxSteps, onLimit, onRateLimit, ratePerMinute, timeoutSeconds, toolTimeoutMs, warningThreshold]",
            })
    void refusesLimitsThatMakeNoSense(String patch, String pointer, String message) {
        LimitsPatch before = settings.systemLimits.get();
        assertThat(error(() -> settings.systemLimits.patch(tree(patch), "key-1")))
                .isEqualTo(new FieldError(pointer, message));
        assertThat(settings.systemLimits.get()).isEqualTo(before);
    }

    @Test
    void makesAProjectOnce() {
        ProjectView project = settings.projects.create(tree("{\"id\": \"demo\", \"name\": \"Demo\"}"), "key-1");

        assertThat(settings.projects.create(tree("{\"id\": \"demo\", \"name\": \"Demo\"}"), "key-1"))
                .isEqualTo(project);
        assertThat(error(() -> settings.projects.create(tree("{\"id\": \"demo\", \"name\": \"Other\"}"), "key-1")))
                .isEqualTo(new FieldError("/id", "There is another project 'demo'"));
        assertThat(error(() -> settings.projects.create(tree("{\"id\": \"a/b\", \"name\": \"Other\"}"), "key-1"))
                        .pointer())
                .isEqualTo("/id");
        assertThat(settings.projects
                        .create(tree("{\"name\": \"Named\"}"), "key-1")
                        .id())
                .startsWith("prj-");
        var listing = settings.projects.list(1, null);
        assertThat(listing.totalCount()).isEqualTo(2);
        assertThat(settings.projects.list(1, listing.nextCursor()).nextCursor()).isNull();
        assertThat(settings.audited())
                .filteredOn("key-1 project.created"::equals)
                .hasSize(2);
    }

    private RunLimits limits(String user) {
        return settings.users
                .limits(user)
                .orElseThrow()
                .with(LimitsPatch.NOTHING, LimitsPatch.NOTHING)
                .limits();
    }

    private static FieldError error(Callable<?> call) {
        return catchThrowableOfType(RequestRejected.class, call::call).errors().getFirst();
    }
}
