package io.hydra.schemas.redis.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.IOUtils;

/**
 * A pipeline over the nodes of a cluster. All nodes are written to before the first is read from,
 * so they work at the same time without threads here. What a node sends elsewhere goes a second
 * time as a batch if its slot has moved, and by itself if its slot is just moving.
 */
final class ClusterBatch extends AbstractPipeline {
  private final Lazy<ClusterNodes> cluster;
  private List<Command<?>> queued = new ArrayList<>();

  ClusterBatch(Lazy<ClusterNodes> cluster, CommandObjects commands) {
    super(commands);
    this.cluster = cluster;
  }

  private record Command<T>(CommandObject<T> object, int slot, Response<T> response) {
    void executeAlone(ClusterNodes nodes) {
      try {
        response.set(
            nodes.execute(new CommandObject<>(object.getArguments(), BuilderFactory.RAW_OBJECT)));
      } catch (JedisDataException e) {
        response.set(e);
      }
    }
  }

  @Override
  protected <T> Response<T> appendCommand(CommandObject<T> object) {
    Set<Integer> slots = object.getArguments().getKeyHashSlots();
    if (slots.size() != 1) {
      throw new JedisClusterOperationException(
          "a command in a cluster's pipeline needs keys, all of one slot");
    }
    Response<T> response = new Response<>(object.getBuilder());
    queued.add(new Command<>(object, slots.iterator().next(), response));
    return response;
  }

  @Override
  public void sync() {
    if (queued.isEmpty()) {
      return;
    }
    List<Command<?>> commands = queued;
    queued = new ArrayList<>();
    ClusterNodes nodes = cluster.get();
    Redirected redirected = roundTrip(nodes, commands);
    if (redirected.moved) {
      nodes.renewSlotCache();
      redirected = roundTrip(nodes, redirected.commands);
    }
    redirected.commands.forEach(command -> command.executeAlone(nodes));
  }

  @Override
  public void close() {
    sync();
  }

  /** Commands that nodes did not do because they do not hold the slot. */
  private static final class Redirected {
    final List<Command<?>> commands = new ArrayList<>();
    boolean moved;
  }

  private static Redirected roundTrip(ClusterNodes nodes, List<Command<?>> commands) {
    Map<HostAndPort, Leg> legs = new LinkedHashMap<>();
    for (Command<?> command : commands) {
      legs.computeIfAbsent(nodes.holder(command.slot), Leg::new).commands.add(command);
    }
    Redirected redirected = new Redirected();
    try {
      legs.values().forEach(leg -> leg.send(nodes));
      legs.values().forEach(leg -> leg.receive(redirected));
    } finally {
      legs.values().forEach(Leg::release);
    }
    for (Leg leg : legs.values()) {
      if (leg.failure != null) {
        // A replica may have taken over.
        nodes.renewSlotCache();
        throw leg.failure;
      }
    }
    return redirected;
  }

  /** The part of a batch that goes to one node. */
  private static final class Leg {
    private final HostAndPort node;
    private final List<Command<?>> commands = new ArrayList<>();
    private Connection connection;
    private boolean received;
    private JedisException failure;

    Leg(HostAndPort node) {
      this.node = node;
    }

    void send(ClusterNodes nodes) {
      try {
        connection = nodes.getConnection(node);
        commands.forEach(command -> connection.sendCommand(command.object.getArguments()));
        // Reads no reply, but sends what is still buffered.
        var unused = connection.getMany(0);
      } catch (JedisException e) {
        failure = e;
      }
    }

    void receive(Redirected redirected) {
      if (failure != null) {
        return;
      }
      try {
        List<Object> replies = connection.getMany(commands.size());
        received = true;
        for (int i = 0; i < replies.size(); i++) {
          accept(commands.get(i), replies.get(i), redirected);
        }
      } catch (JedisException e) {
        failure = e;
      }
    }

    private static void accept(Command<?> command, Object reply, Redirected redirected) {
      if (reply instanceof JedisRedirectionException) {
        redirected.commands.add(command);
        redirected.moved |= reply instanceof JedisMovedDataException;
      } else {
        command.response.set(reply);
      }
    }

    void release() {
      if (connection != null) {
        if (!received) {
          // Replies may still come, and would be taken for those to the next commands.
          connection.setBroken();
        }
        // The pool tries to replace a broken one at once, and throws if it cannot.
        IOUtils.closeQuietly(connection);
      }
    }
  }
}
