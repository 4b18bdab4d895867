/** The hosts of the cluster, its first leader first. */
export const members = ['db-master-01', 'db-slave-01', 'db-slave-02'] as const;

/** Those and the way to them. */
export const hosts: string = [...members, 'haproxy-01', 'haproxy-02'].join(',');
