import type { Directory } from '../core/model.ts';
import type { DirectoryStore } from '../core/ports/directory-store.ts';

/** The stored directory as one run sees it. */
export interface CurrentDirectory {
  /** As stored when it was first asked for: good enough to decide what is read. */
  early(): Promise<Directory>;
  /** As stored now. Loaded again only when somebody committed since. */
  latest(): Promise<Directory>;
}

/** Loads nothing before it is asked for: a whole reading needs the directory at its end only. */
export function createCurrentDirectory(store: DirectoryStore): CurrentDirectory {
  let loaded: Promise<Directory> | undefined;
  return {
    early() {
      loaded ??= store.load();
      return loaded;
    },
    async latest() {
      const early = await loaded;
      if (early !== undefined && early.generation === (await store.generation())) return early;
      loaded = store.load();
      return await loaded;
    },
  };
}
