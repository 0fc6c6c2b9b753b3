import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { Failed, Loading } from './pages/States';

/**
 * A part of the page that is fetched when it is first shown. Without a connection it waits for one; what does not arrive
 * is told in its place, and can be asked for again, while the rest of the page goes on.
 */
export function part<Props extends object>(name: string, load: () => Promise<{ default: ComponentType<Props> }>) {
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, when a module is loaded.
  return function Part(props: Props) {
    const {
      data: Loaded,
      error,
      refetch,
    } = useQuery({
      queryKey: ['part', name],
      queryFn: async () => (await load()).default,
      staleTime: Infinity,
      gcTime: Infinity,
    });
    if (Loaded) return <Loaded {...props} />;
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />;
  };
}
