package io.hydra.infra.lag;

import static java.util.Comparator.comparingLong;
import static java.util.Comparator.naturalOrder;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.hydra.infra.lag.cluster.ClusterState.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;

/**
 * The lag of all groups at one moment; its components and properties are its JSON. Null stands for
 * what is not known, never 0.
 *
 * @param at the time at which the ends of the logs were read
 * @param tookMillis the cycle's length
 * @param requests that the cycle sent to the cluster
 * @param groups worst first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Report(
    String cluster,
    Instant at,
    long tookMillis,
    long requests,
    List<Group> groups,
    List<Problem> problems) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  /** The movement of a lag. */
  public enum Trend {
    UNKNOWN,
    GROWING,
    STEADY,
    SHRINKING
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @throws IOException if it is something else
   */
  public static Report parse(String json) throws IOException {
    return JSON.readValue(json, Report.class);
  }

  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the same as it goes: of many partitions it is large. */
  void writeJson(Writer out) throws IOException {
    JSON.writeValue(out, this);
  }

  /** The same of some groups alone. */
  public Report of(Pattern names) {
    return new Report(
        cluster,
        at,
        tookMillis,
        requests,
        groups.stream().filter(group -> names.matcher(group.group()).matches()).toList(),
        problems);
  }

  /** Tells whether a group is in error. */
  @JsonIgnore
  public boolean isInError() {
    return groups.stream().anyMatch(group -> group.status() == Status.ERROR);
  }

  /**
   * One group.
   *
   * @param members the number of members
   * @param lastMember the last time this monitor saw one; null if it never has
   * @param partitions by topic and number
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Group(
      String group,
      GroupType type,
      GroupState state,
      int members,
      Instant lastMember,
      List<Partition> partitions) {
    /** That of the worst partition. */
    @JsonProperty
    public Status status() {
      return partitions.stream()
          .map(Partition::status)
          .max(naturalOrder())
          .orElse(Status.NOT_FOUND)
          .ofGroup();
    }

    /** The sum over all partitions whose lag is known; null if none is. */
    @JsonProperty
    public Long lag() {
      return partitions.stream()
          .map(Partition::lag)
          .filter(Objects::nonNull)
          .reduce(Long::sum)
          .orElse(null);
    }

    /** The same of one of its topics alone. */
    Group of(String topic) {
      return new Group(
          group,
          type,
          state,
          members,
          lastMember,
          partitions.stream().filter(p -> p.topic().equals(topic)).toList());
    }

    /** Of the lag, those that are not even read; null unless its reader tells. */
    @JsonProperty
    public Long unread() {
      long sum = 0;
      for (Partition partition : partitions) {
        if (partition.lag() != null) {
          if (partition.unread() == null) {
            return null;
          }
          sum += partition.unread();
        }
      }
      return partitions.stream().anyMatch(p -> p.read() != null) ? (Long) sum : null;
    }

    /**
     * The largest that is known of all partitions; null if none is, or only 0 beside an unknown.
     */
    @JsonProperty
    public Double lagSeconds() {
      Double largest =
          partitions.stream()
              .map(Partition::lagSeconds)
              .filter(Objects::nonNull)
              .max(naturalOrder())
              .orElse(null);
      boolean unknown =
          partitions.stream().anyMatch(p -> p.lagSeconds() == null && p.lag() != null);
      return unknown && largest != null && largest == 0 ? null : largest;
    }

    /** The trend of the partition that lags most. */
    @JsonProperty
    public Trend trend() {
      return partitions.stream()
          .filter(p -> p.lag() != null)
          .max(comparingLong(Partition::lag))
          .map(Partition::trend)
          .orElse(Trend.UNKNOWN);
    }

    /** Seconds until no partition lags at the present rates; null if it never ends at these. */
    @JsonProperty
    public Double catchUpSeconds() {
      double longest = 0;
      for (Partition partition : partitions) {
        if (partition.lag() != null) {
          Double seconds = partition.catchUpSeconds();
          if (seconds == null) {
            return null;
          }
          longest = Math.max(longest, seconds);
        }
      }
      return longest;
    }

    /** A sentence on what is wrong and what to do; null if nothing is. */
    @JsonProperty
    public String why() {
      return Diagnosis.of(this);
    }
  }

  /**
   * One partition of a group.
   *
   * @param position next offset to consume: committed, or of a share group its start offset; null
   *     if there is none
   * @param read next offset to read, as the reader itself tells; null if it does not. One that
   *     commits with checkpoints has read further than it has committed
   * @param low first offset that the log still holds
   * @param end behind the last record for the group: a group that has not gone further does not
   *     read what open transactions have written
   * @param pending records of open transactions behind {@code end}
   * @param lag records from the position, or from {@code low} if that is higher, to {@code end};
   *     null without a position
   * @param lagSeconds age of the first record not consumed; 0 if there is none to read; null if it
   *     could not be read
   * @param lost records deleted before they were consumed
   * @param retentionSeconds the time for which the topic keeps a record; null if for ever or not
   *     known
   * @param owned whether a member owns it
   * @param lastMove the last time the position was seen to move, or first seen; null without one
   * @param overdue whether it stands, with lag, for more than twice as long as it has lately
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Partition(
      String topic,
      int partition,
      Long position,
      Long read,
      long low,
      long end,
      long pending,
      Long lag,
      Double lagSeconds,
      long lost,
      Long retentionSeconds,
      boolean owned,
      Instant lastMove,
      boolean overdue,
      Status status,
      Trend trend,
      double consumedPerSecond,
      double producedPerSecond) {
    /** Records that are neither committed nor read; null if that is not known. */
    @JsonProperty
    public Long unread() {
      if (lag == null || lag == 0) {
        return lag;
      }
      return read == null ? null : (Long) Math.max(0, Math.min(lag, end - read));
    }

    /** Seconds until there is no lag at the present rates; null if it never ends at these. */
    @JsonProperty
    public Double catchUpSeconds() {
      if (lag == null || lag == 0) {
        return lag == null ? null : 0.0;
      }
      if (status == Status.STOP) {
        return null;
      }
      double rate = consumedPerSecond - producedPerSecond;
      return rate > 0 ? lag / rate : null;
    }

    /** Seconds until the first record not consumed is deleted; null if it is not. */
    @JsonProperty
    public Double expiresInSeconds() {
      return retentionSeconds == null || lagSeconds == null || lag == 0
          ? null
          : Math.max(0, retentionSeconds - lagSeconds);
    }
  }
}
