package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lists of components that go into the images name each jar that does. */
class ComponentListTest {
    @ParameterizedTest
    @ValueSource(strings = {"router", "oracle", "storage-redis", "storage-jdbc", "demo-server"})
    void namesEachJarOnTheModulePath(String module) throws IOException {
        Path target = Path.of("..", module, "target");
        assumeTrue(Files.exists(target.resolve("sbom.json")), "Maven makes the list only where it is online");
        JsonObject list;
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(target.resolve("sbom.json")))) {
            list = reader.readObject();
        }
        List<JsonObject> components = list.getJsonArray("components").getValuesAs(JsonObject.class);

        assertThat(list.getString("bomFormat")).isEqualTo("CycloneDX");
        assertThat(components).allSatisfy(component -> assertThat(component).containsKeys("version", "purl", "hashes"));
        assertThat(components.stream()
                        .map(component -> component.getString("name") + "-" + component.getString("version") + ".jar"))
                .containsAll(jars(target.resolve("modules")));
    }

    private static List<String> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .toList();
        }
    }
}
