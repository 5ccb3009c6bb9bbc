package io.hydra.serving.consume;

import io.hydra.serving.consume.Job.Refusal;
import io.hydra.serving.consume.LoopOptions.WaitingBounds;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Decides what waits, and whose turn it is.
 *
 * <p>Implementation note. An item waits in the lane of its key, and a lane belongs to a tenant. A
 * lane is <i>eligible</i> if its head is ready and no item of the lane is running. Invariants:
 *
 * <ul>
 *   <li>Items of one lane run or expire one after the other, in the order in which they were
 *       offered: what expires holds its lane as what runs does.
 *   <li>Tenants with an eligible lane take turns, and so do the eligible lanes of one tenant:
 *       {@link #next} takes the first of each rotation and puts it at the end. So an eligible lane
 *       waits for at most one turn of each other tenant and each other lane of its own.
 *   <li>A tenant that runs as many items as it may has no turn until one of them is done: one that
 *       has only made way for its lane's next still counts.
 *   <li>Only what waits is bounded here, per lane and per tenant in number and per tenant in bytes.
 *       {@link #isFull} says that the total has been reached; the caller then offers no more.
 *   <li>Every change of a lane goes through {@link #update}, which alone decides eligibility.
 * </ul>
 *
 * <p>An item is told from others by identity. Not thread-safe.
 */
final class FairScheduler<T> {
  private final WaitingBounds bounds;
  private final ToIntFunction<String> concurrency;
  private final Map<T, Ticket<T>> tickets = new IdentityHashMap<>();

  /** The heads of eligible lanes, soonest first. */
  private final NavigableSet<Ticket<T>> expiring =
      new TreeSet<>(
          Comparator.<Ticket<T>>comparingLong(t -> t.expiresAt).thenComparingLong(t -> t.number));

  private final Map<String, Tenant<T>> tenants = new HashMap<>();

  /** Tenants with an eligible lane that may run another item, the next first. */
  private final Set<Tenant<T>> rotation = new LinkedHashSet<>();

  private long issued;
  private int waiting;
  private long waitingBytes;

  /**
   * @param concurrency the number of a tenant's items that may run at once, at least 1
   */
  FairScheduler(WaitingBounds bounds, ToIntFunction<String> concurrency) {
    this.bounds = bounds;
    this.concurrency = concurrency;
  }

  private static final class Ticket<T> {
    final T item;
    final Lane<T> lane;
    final long bytes;
    final long number;
    long expiresAt;
    boolean ready;
    boolean running;

    /** True if it runs because it was given a turn, and not because it has expired. */
    boolean hasTurn;

    Ticket(T item, Lane<T> lane, long bytes, long number) {
      this.item = item;
      this.lane = lane;
      this.bytes = bytes;
      this.number = number;
    }
  }

  private static final class Lane<T> {
    final Tenant<T> tenant;
    final ByteBuffer key;
    final Deque<Ticket<T>> queue = new ArrayDeque<>();

    /** The item that holds the lane; null for none. */
    Ticket<T> running;

    /** Items that run, those that have made way included. */
    int underWay;

    /** Its head, while that may expire. */
    Ticket<T> expiring;

    Lane(Tenant<T> tenant, ByteBuffer key) {
      this.tenant = tenant;
      this.key = key;
    }

    boolean isEligible() {
      return running == null && !queue.isEmpty() && queue.peek().ready;
    }
  }

  private static final class Tenant<T> {
    final String name;
    final Map<ByteBuffer, Lane<T>> lanes = new HashMap<>();

    /** Eligible lanes, the next first. */
    final Set<Lane<T>> rotation = new LinkedHashSet<>();

    /** Lanes with anything in them, those without a key included. */
    int occupied;

    /** Items that had their turn and are not done. */
    int running;

    int waiting;
    long waitingBytes;

    Tenant(String name) {
      this.name = name;
    }
  }

  /**
   * Lets an item wait for its turn, unless there is no room for it.
   *
   * @param key null: in nobody's order
   * @param ready whether it may run as soon as it is its turn; else {@link #ready} has to be called
   * @param expiresAt the time from which it is of no use, in the unit of {@link #expire}
   * @return the bound that the item would exceed
   */
  Optional<Refusal> offer(
      T item, String tenant, ByteBuffer key, long bytes, boolean ready, long expiresAt) {
    Tenant<T> home = tenants.get(tenant);
    if (home != null) {
      Lane<T> known = key == null ? null : home.lanes.get(key);
      if (known != null && known.queue.size() >= bounds.perKey()) {
        return Optional.of(Refusal.KEY_FULL);
      }
      if (home.waiting >= bounds.perTenant()
          || home.waitingBytes + bytes > bounds.bytesPerTenant()) {
        return Optional.of(Refusal.TENANT_FULL);
      }
    }
    Lane<T> lane = lane(tenants.computeIfAbsent(tenant, Tenant::new), key);
    Ticket<T> ticket = new Ticket<>(item, lane, bytes, issued++);
    ticket.ready = ready;
    ticket.expiresAt = expiresAt;
    tickets.put(item, ticket);
    lane.queue.add(ticket);
    count(ticket, 1);
    update(lane);
    return Optional.empty();
  }

  /**
   * The item whose turn it is. It is running until {@link #done}, its lane until {@link #makeWay}.
   */
  Optional<T> next() {
    if (rotation.isEmpty()) {
      return Optional.empty();
    }
    Tenant<T> tenant = rotation.iterator().next();
    rotation.remove(tenant);
    Lane<T> lane = tenant.rotation.iterator().next();
    tenant.running++;
    Ticket<T> ticket = start(lane);
    ticket.hasTurn = true;
    return Optional.of(ticket.item);
  }

  /**
   * Makes way for the next of its lane; the item runs on, as one of its tenant's. Without effect
   * for an item that is not running.
   */
  void makeWay(T item) {
    Ticket<T> ticket = tickets.get(item);
    if (ticket != null && ticket.lane.running == ticket) {
      ticket.lane.running = null;
      update(ticket.lane);
    }
  }

  /** Ends an item, which makes way. Without effect for an item that is not running. */
  void done(T item) {
    Ticket<T> ticket = tickets.get(item);
    if (ticket != null && ticket.running) {
      makeWay(item);
      tickets.remove(item);
      ticket.lane.underWay--;
      if (ticket.hasTurn) {
        ticket.lane.tenant.running--;
      }
      update(ticket.lane);
    }
  }

  /** An item that was not ready is. Without effect for one that was, or that has left. */
  void ready(T item, long expiresAt) {
    Ticket<T> ticket = tickets.get(item);
    if (ticket != null && !ticket.ready) {
      ticket.expiresAt = expiresAt;
      ticket.ready = true;
      update(ticket.lane);
    }
  }

  /**
   * The items that could run now and have expired, soonest first. They and their lanes are running
   * until {@link #done}, so that what is behind one of them, or behind one that is not ready, is
   * kept for later calls.
   */
  List<T> expire(long now) {
    List<T> expired = new ArrayList<>();
    while (!expiring.isEmpty() && expiring.first().expiresAt <= now) {
      expired.add(start(expiring.first().lane).item);
    }
    return expired;
  }

  /** Removes what waits and is meant. */
  void removeIf(Predicate<T> meant) {
    for (Ticket<T> ticket : List.copyOf(tickets.values())) {
      if (!ticket.running && meant.test(ticket.item)) {
        tickets.remove(ticket.item);
        ticket.lane.queue.remove(ticket);
        count(ticket, -1);
        update(ticket.lane);
      }
    }
  }

  /** Counts the items that wait. */
  int waiting() {
    return waiting;
  }

  boolean isFull() {
    return waiting >= bounds.total() || waitingBytes >= bounds.bytes();
  }

  /** Counts the keys and tenants that are remembered: none, once all has ended. */
  int remembered() {
    return tenants.size() + tenants.values().stream().mapToInt(t -> t.occupied).sum();
  }

  private Lane<T> lane(Tenant<T> tenant, ByteBuffer key) {
    Lane<T> known = key == null ? null : tenant.lanes.get(key);
    if (known != null) {
      return known;
    }
    Lane<T> lane = new Lane<>(tenant, key);
    tenant.occupied++;
    if (key != null) {
      tenant.lanes.put(key, lane);
    }
    return lane;
  }

  private Ticket<T> start(Lane<T> lane) {
    Ticket<T> ticket = lane.queue.remove();
    ticket.running = true;
    lane.running = ticket;
    lane.underWay++;
    count(ticket, -1);
    update(lane);
    return ticket;
  }

  private void count(Ticket<T> ticket, int sign) {
    Tenant<T> tenant = ticket.lane.tenant;
    tenant.waiting += sign;
    tenant.waitingBytes += sign * ticket.bytes;
    waiting += sign;
    waitingBytes += sign * ticket.bytes;
  }

  private void update(Lane<T> lane) {
    Tenant<T> tenant = lane.tenant;
    if (lane.isEligible()) {
      tenant.rotation.add(lane);
    } else {
      tenant.rotation.remove(lane);
    }
    Ticket<T> head = lane.isEligible() ? lane.queue.peek() : null;
    if (lane.expiring != head) {
      if (lane.expiring != null) {
        expiring.remove(lane.expiring);
      }
      if (head != null) {
        expiring.add(head);
      }
      lane.expiring = head;
    }
    if (tenant.rotation.isEmpty() || tenant.running >= concurrency.applyAsInt(tenant.name)) {
      rotation.remove(tenant);
    } else {
      rotation.add(tenant);
    }
    if (lane.underWay == 0 && lane.queue.isEmpty()) {
      tenant.occupied--;
      if (lane.key != null) {
        tenant.lanes.remove(lane.key);
      }
      if (tenant.occupied == 0) {
        tenants.remove(tenant.name);
      }
    }
  }
}
