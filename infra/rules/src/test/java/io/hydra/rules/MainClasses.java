package io.hydra.rules;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The project's classes, less its tests and what is left of sources that are gone. */
final class MainClasses implements ImportOption {
  private static final Pattern CLASS_FILE =
      Pattern.compile("file:(.*)/target/classes/([^$]*)(?:\\$.*)?\\.class");
  private static final ImportOption NO_TESTS = new ImportOption.DoNotIncludeTests();

  @Override
  public boolean includes(Location location) {
    return NO_TESTS.includes(location) && hasSource(location);
  }

  /** Classes in jars are as they were built: whether their sources are there is not asked. */
  private static boolean hasSource(Location location) {
    Matcher file = CLASS_FILE.matcher(location.asURI().toString());
    if (!file.matches()) {
      return true;
    }
    Path module = Path.of(file.group(1));
    String source = file.group(2) + ".java";
    return Files.exists(module.resolve("src/main/java").resolve(source))
        || Files.exists(module.resolve("target/generated-sources/avro").resolve(source));
  }
}
