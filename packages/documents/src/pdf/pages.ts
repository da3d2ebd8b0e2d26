// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { PdfDocument, PdfPage, PdfPages } from './document.ts';
import { type PdfArray, PdfDict, PdfRef, type PdfValue } from './syntax/values.ts';

/** How deep a page tree may be. Balanced trees of a million pages are six deep. */
const treeDepthLimit = 100;

/** Opens the page tree of a document (ISO 32000-2 §7.7.3). */
export function openPages(document: PdfDocument): PdfPages {
  return new PageTree(document);
}

/** A node on the way from the root to a page. */
interface Node {
  readonly num: number;
  readonly dict: PdfDict;
}

class PageTree implements PdfPages {
  readonly #document: PdfDocument;
  readonly #root: Node;
  readonly count: number;

  constructor(document: PdfDocument) {
    this.#document = document;
    const ref = document.catalog.get('Pages');
    const dict = document.resolve(ref);
    if (!(ref instanceof PdfRef) || !(dict instanceof PdfDict)) throw new SignetError('pdf.no-pages');
    this.#root = { num: ref.num, dict };
    this.count = this.#countOf(this.#root);
    if (this.count === 0) throw new SignetError('pdf.no-pages');
  }

  at(index: number): PdfPage {
    const { count } = this;
    const fromStart = index < 0 ? count + index : index;
    if (!Number.isInteger(index) || fromStart < 0 || fromStart >= count) {
      throw new SignetError('pdf.no-such-page', { count, page: index < 0 ? index : index + 1 });
    }
    return this.#descend(fromStart);
  }

  #descend(index: number): PdfPage {
    const path: Node[] = [this.#root];
    const seen = new Set([this.#root.num]);
    let left = index;
    for (;;) {
      const node = path.at(-1)!;
      const step = this.#childWith(node, left);
      if (seen.has(step.ref.num)) throw damaged(step.ref.num, 'it is among its own ancestors');
      if (path.length > treeDepthLimit)
        throw damaged(step.ref.num, `it is more than ${treeDepthLimit} nodes deep`);
      if (step.isPage) return this.#page(step.ref, step.dict, index, path);
      seen.add(step.ref.num);
      left -= step.before;
      path.push({ num: step.ref.num, dict: step.dict });
    }
  }

  /** The child of a node that is, or contains, the page with this index among the node's pages. */
  #childWith(node: Node, index: number): { ref: PdfRef; dict: PdfDict; isPage: boolean; before: number } {
    const kids = this.#kidsOf(node);
    const direct = this.#countOf(node) === kids.length ? this.#kid(node, kids, index) : undefined;
    // As many children as pages: then each is a page, which the one that is wanted must confirm.
    if (direct?.isPage) return { ...direct, before: index };
    let before = 0;
    for (let i = 0; i < kids.length; i++) {
      const kid = this.#kid(node, kids, i);
      const pages = kid.isPage ? 1 : this.#countOf({ num: kid.ref.num, dict: kid.dict });
      if (index < before + pages) return { ...kid, before };
      before += pages;
    }
    throw damaged(node.num, 'its /Count is larger than the number of its pages');
  }

  #kid(node: Node, kids: PdfArray, i: number): { ref: PdfRef; dict: PdfDict; isPage: boolean } {
    const ref = kids.items[i];
    const dict = this.#document.resolve(ref);
    if (!(ref instanceof PdfRef) || !(dict instanceof PdfDict))
      throw damaged(node.num, `its child ${i} is no page`);
    // Some producers leave /Type out; only inner nodes have children.
    const isPage = dict.name('Type') === 'Page' || !dict.has('Kids');
    return { ref, dict, isPage };
  }

  #kidsOf(node: Node): PdfArray {
    const kids = this.#document.lookupArray(node.dict, 'Kids');
    if (kids === undefined) throw damaged(node.num, 'it has no /Kids');
    return kids;
  }

  #countOf(node: Node): number {
    const count = this.#document.lookup(node.dict, 'Count');
    if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
    throw damaged(node.num, 'it has no sound /Count');
  }

  #page(ref: PdfRef, dict: PdfDict, index: number, path: readonly Node[]): PdfPage {
    const document = this.#document;
    return {
      ref,
      dict,
      index,
      inherited(key): PdfValue | undefined {
        const own = document.lookup(dict, key);
        if (own !== undefined) return own;
        for (let i = path.length - 1; i >= 0; i--) {
          const value = document.lookup(path[i]!.dict, key);
          if (value !== undefined) return value;
        }
        return undefined;
      },
    };
  }
}

function damaged(object: number, reason: string): SignetError {
  return new SignetError('pdf.page-tree', { object, reason });
}
