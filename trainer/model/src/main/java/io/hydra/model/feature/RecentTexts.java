package io.hydra.model.feature;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Encoded texts that take no more than so many bytes. Beyond it those go first that were not read
 * again: most queries, and the histories of users who ask once. Thread-safe.
 *
 * <p>Implementation note. S3-FIFO without its ghosts (Yang et al., FIFO queues are all you need for
 * cache eviction, SOSP 2023): a text is new until it is read again, and then stays as long as it is
 * read each time that its turn to go comes. Who reads sets a flag. An order of use would be exact,
 * but keeping it changes references of old objects at each read, and a young collection searches
 * all old memory in which one was changed: with 60,000 texts, 200 of them read for an answer, that
 * was most of its pause.
 */
final class RecentTexts {
  /** This part is for texts that nobody has read again. Small, so that they go while young. */
  private static final int NEW_SHARE = 32;

  /**
   * Of so many texts that go without having been read again, a kept one's turn comes too: else
   * those of users who ceased to ask would stay, and nobody's new ones be kept.
   */
  private static final int AGEING = 4;

  private final long mostBytes;
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  /** Both have first what is to go next. Guarded by this, as are the bytes. */
  private final Deque<Entry> fresh = new ArrayDeque<>();

  private final Deque<Entry> kept = new ArrayDeque<>();
  private long freshBytes;
  private long keptBytes;
  private long unread;

  private static final class Entry {
    private final String text;
    private volatile EncodedText encoded;
    private volatile boolean read;
    private boolean isKept;

    Entry(EncodedText encoded) {
      this.text = encoded.text();
      this.encoded = encoded;
    }
  }

  RecentTexts(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Null if the text is not remembered. */
  EncodedText find(String text) {
    Entry entry = entries.get(text);
    if (entry == null) {
      return null;
    }
    if (!entry.read) {
      entry.read = true;
    }
    return entry.encoded;
  }

  /** Remembers a text, or more of one that is remembered. */
  synchronized void put(EncodedText encoded) {
    Entry entry = entries.get(encoded.text());
    if (entry == null) {
      entry = new Entry(encoded);
      entries.put(entry.text, entry);
      fresh.add(entry);
    } else {
      weigh(entry, -1);
      entry.encoded = encoded;
    }
    weigh(entry, 1);
    while (bytes() > mostBytes) {
      makeRoom();
    }
  }

  private void weigh(Entry entry, int sign) {
    long bytes = sign * (long) entry.encoded.bytes();
    if (entry.isKept) {
      keptBytes += bytes;
    } else {
      freshBytes += bytes;
    }
  }

  private void makeRoom() {
    boolean ofFresh = freshBytes > mostBytes / NEW_SHARE || kept.isEmpty();
    boolean gone = turn(ofFresh ? fresh : kept);
    if (gone && ofFresh) {
      unread++;
      if (unread % AGEING == 0 && !kept.isEmpty()) {
        boolean unused = turn(kept);
      }
    }
  }

  /**
   * Keeps the first of a queue if it was read lately, and else removes it; tells whether it went.
   */
  private boolean turn(Deque<Entry> queue) {
    Entry next = queue.remove();
    weigh(next, -1);
    if (!next.read) {
      entries.remove(next.text);
      return true;
    }
    // One that is kept from now on has its turn once more: the first of a short queue comes soon.
    next.read = !next.isKept;
    next.isKept = true;
    kept.add(next);
    weigh(next, 1);
    return false;
  }

  /** Bytes that the remembered texts take. */
  synchronized long bytes() {
    return freshBytes + keptBytes;
  }
}
