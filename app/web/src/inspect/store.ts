/** What the browser keeps beyond a reload: pipelines to walk, what waits to be sent, the patrol that runs. */

const NAME = "riskmap-inspect";
const VERSION = 1;
/** Name of each store, and the member that tells its records apart; null: a number that rises. */
const STORES = { pipelines: "id", outbox: "key", patrols: "key", track: null } as const;
export type StoreName = keyof typeof STORES;

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.addEventListener("upgradeneeded", () => {
      for (const [name, key] of Object.entries(STORES)) {
        request.result.createObjectStore(name, key === null ? { autoIncrement: true } : { keyPath: key });
      }
    });
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB")));
  });
  return opened;
}

async function run<T>(name: StoreName, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await database()).transaction(name, mode);
  const request = work(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    // Not at success: only a whole transaction is on the disk.
    transaction.addEventListener("complete", () => resolve(request.result));
    transaction.addEventListener("error", () => reject(transaction.error ?? new Error("IndexedDB")));
    transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("IndexedDB")));
  });
}

export const put = (name: StoreName, value: unknown): Promise<IDBValidKey> => run(name, "readwrite", (store) => store.put(value));
export const take = (name: StoreName, key: IDBValidKey): Promise<unknown> => run(name, "readonly", (store) => store.get(key) as IDBRequest<unknown>);
export const all = <T>(name: StoreName): Promise<T[]> => run(name, "readonly", (store) => store.getAll() as IDBRequest<T[]>);
export const drop = (name: StoreName, key: IDBValidKey): Promise<undefined> => run(name, "readwrite", (store) => store.delete(key));
export const empty = (name: StoreName): Promise<undefined> => run(name, "readwrite", (store) => store.clear());
