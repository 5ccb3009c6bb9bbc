package io.hydra.model.feature;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Encoded texts that take no more than so many bytes; beyond it those go that were not read for a
 * while. Thread-safe.
 *
 * <p>Implementation note. The clock algorithm: whoever reads a text sets a flag; what is to go comes
 * round once more if its flag is set. An order of use would be exact, but keeping it changes
 * references of old objects with each read, and a young collection searches all old memory in which
 * one was changed: with 60,000 texts, 200 of them read for an answer, that was most of its pause.
 */
final class RecentTexts {
  private final long mostBytes;
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  /** Those that are to go next come first. Guarded by this, as is {@code bytes}. */
  private final Deque<Entry> round = new ArrayDeque<>();

  private long bytes;

  private static final class Entry {
    private final String text;
    private volatile EncodedText encoded;
    private volatile boolean read;

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

  /** Remembers a text, or something else of one that is remembered. */
  synchronized void put(EncodedText encoded) {
    Entry entry = entries.get(encoded.text());
    if (entry == null) {
      entry = new Entry(encoded);
      entries.put(entry.text, entry);
      round.add(entry);
    } else {
      bytes -= entry.encoded.bytes();
      entry.encoded = encoded;
    }
    bytes += encoded.bytes();
    while (bytes > mostBytes) {
      Entry next = round.remove();
      if (next.read) {
        next.read = false;
        round.add(next);
      } else {
        entries.remove(next.text);
        bytes -= next.encoded.bytes();
      }
    }
  }

  /** Bytes that the remembered texts take. */
  synchronized long bytes() {
    return bytes;
  }
}
