package dev.mcpgateway.oracle.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de|GERMAN",
                "de-AT,de;q=0.9,en;q=0.8|GERMAN",
                "en-US,en;q=0.9,de;q=0.8|ENGLISH",
                "fr,de;q=0.5,en;q=0.4|GERMAN",
                "fr|ENGLISH",
                "*|ENGLISH",
                "de;q=0,en|ENGLISH",
                "DE|GERMAN",
                "den|ENGLISH",
                "de;q=nonsense|ENGLISH",
                ",;=|ENGLISH",
                "''|ENGLISH"
            })
    void isTheBestThatTheBrowserAsksFor(String accepted, Language language) {
        assertThat(Language.ofAccepted(accepted)).isEqualTo(language);
    }

    @Test
    void isEnglishForMoreThanABrowserSends() {
        assertThat(Language.ofAccepted("de," + "en-AA,".repeat(1000) + "fr")).isEqualTo(Language.ENGLISH);
    }
}
