package io.hydra.infra.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
  private static final List<String> MARKS = List.of("run", "demo");

  @TempDir Path dir;

  @Test
  void aNewFolderIsItsOwnersAlone() throws Exception {
    Path folder = dir.resolve("some/where/.hydra");
    PrivateFiles.claim(folder, MARKS);
    assertThat(permissions(folder)).isEqualTo("rwx------");
  }

  @Test
  void anOpenFolderOfAnEarlierRunIsClosed() throws Exception {
    Path folder = open("rwxr-xr-x");
    Files.createDirectory(folder.resolve("run"));
    PrivateFiles.claim(folder, MARKS);
    assertThat(permissions(folder)).isEqualTo("rwx------");
  }

  @Test
  void anEmptyFolderIsClosed() throws Exception {
    Path folder = open("rwxrwxrwx");
    PrivateFiles.claim(folder, MARKS);
    assertThat(permissions(folder)).isEqualTo("rwx------");
  }

  @Test
  void anOpenFolderWithOtherThingsIsRefusedAndLeftAsItIs() throws Exception {
    Path folder = open("rwxr-xr-x");
    Files.writeString(folder.resolve("letter.txt"), "private?");
    assertThatThrownBy(() -> PrivateFiles.claim(folder, MARKS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("can be read by others")
        .hasMessageContaining("--dir");
    assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
  }

  @Test
  void contentIsNotAskedForWhereItCannotBeWritten() throws Exception {
    for (Path file :
        List.of(dir.resolve("nowhere/file"), Files.createDirectory(dir.resolve("taken")))) {
      assertThatThrownBy(
              () ->
                  PrivateFiles.write(
                      file,
                      () -> {
                        throw new AssertionError("asked for");
                      }))
          .as("%s", file)
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void whatIsNotWrittenLeavesNothingBehind() {
    Path file = dir.resolve("file");
    assertThatThrownBy(
            () ->
                PrivateFiles.write(
                    file,
                    () -> {
                      throw new UserException("nothing to write");
                    }))
        .isInstanceOf(UserException.class);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void aFileInTheFoldersPlaceIsNamed() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThatThrownBy(() -> PrivateFiles.claim(file.resolve(".hydra"), MARKS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(".hydra cannot be made private");
  }

  @Test
  void aWrittenFileIsItsOwnersAloneAlsoWhereAnOpenOneStood() throws Exception {
    Path file = Files.writeString(dir.resolve("secret"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    PrivateFiles.write(file, "new");
    assertThat(file).hasContent("new");
    assertThat(permissions(file)).isEqualTo("rw-------");
  }

  private Path open(String permissions) throws IOException {
    Path folder = Files.createDirectory(dir.resolve("open"));
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aTemporaryFolderGoesWithAllThatIsInIt() throws IOException {
    Path folder = PrivateFiles.createTemp();
    Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("c"), "text");
    PrivateFiles.remove(folder);
    assertThat(folder).doesNotExist();
    PrivateFiles.remove(folder);
  }
}
