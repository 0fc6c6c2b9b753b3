using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LoginAudit.Log.Events;

/// <summary>
/// How many different texts there were: exact up to 256, beyond that within about 6 %, from the smallest hashes (k minimum values;
/// Bar-Yossef et al., 2002). Counts of several days merge without counting anybody twice.
/// </summary>
internal sealed class DistinctCount
{
    private const int K = 256;

    private readonly SortedSet<ulong> _smallest = [];

    public IEnumerable<ulong> Hashes => _smallest;

    public long Count => _smallest.Count < K ? _smallest.Count : (long)Math.Round((K - 1) / (_smallest.Max / (double)ulong.MaxValue));

    public void Add(string text) => Add(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    public void AddHashes(IEnumerable<ulong> hashes)
    {
        foreach (var hash in hashes)
        {
            Add(hash);
        }
    }

    private void Add(ulong hash)
    {
        if (_smallest.Count < K || hash < _smallest.Max)
        {
            _smallest.Add(hash);
            if (_smallest.Count > K)
            {
                _smallest.Remove(_smallest.Max);
            }
        }
    }
}
