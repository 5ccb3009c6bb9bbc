package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import redis.clients.jedis.UnifiedJedis;

/**
 * The base that answers each tenant, where serving has several: what operators chose, in one hash.
 *
 * @param byTenant base version by tenant; under {@link #ANY} that of all others
 */
public record BaseChoices(Map<String, String> byTenant) {
  /** No tenant's name. */
  public static final String ANY = "*";

  public static final BaseChoices NONE = new BaseChoices(Map.of());

  public BaseChoices {
    byTenant = Map.copyOf(byTenant);
  }

  public static BaseChoices read(UnifiedJedis redis) {
    Map<String, String> choices = new TreeMap<>();
    redis
        .hgetAll(Layout.BASES)
        .forEach((tenant, base) -> choices.put(new String(tenant, UTF_8), new String(base, UTF_8)));
    return new BaseChoices(choices);
  }

  /**
   * Chooses a base from now on; serving follows within seconds.
   *
   * @param tenant or {@link #ANY}
   */
  public static void choose(UnifiedJedis redis, String tenant, String baseVersion) {
    long unused = redis.hset(Layout.BASES, Layout.utf8(tenant), Layout.utf8(baseVersion));
  }

  /**
   * Takes a choice back.
   *
   * @param tenant or {@link #ANY}
   */
  public static void takeBack(UnifiedJedis redis, String tenant) {
    long unused = redis.hdel(Layout.BASES, Layout.utf8(tenant));
  }

  /** The base that was chosen for a tenant, by itself or with all others; empty if none was. */
  public Optional<String> of(String tenant) {
    return Optional.ofNullable(byTenant.getOrDefault(tenant, byTenant.get(ANY)));
  }
}
