<?php

/*
 * Surat keluar: tanda tangan elektronik pejabat, API versi 1.
 * Config ada di environment (.env aplikasi): ESIGN_URL, ESIGN_USER, ESIGN_PASS.
 * Pemakaian: php v1-visible.php NIK PASSPHRASE surat.pdf ttd.png folder-hasil
 */

class Esign
{
    public $baseUrl;
    public $user;
    public $pass;
    public $headers = array();
    public $error;

    function __construct()
    {
        // base url di .env kadang diakhiri garis miring, kadang tidak
        $this->baseUrl = getenv('ESIGN_URL') . '/';
        $this->user = getenv('ESIGN_USER');
        $this->pass = getenv('ESIGN_PASS');
    }

    function sign($data)
    {
        $this->headers = array();
        $curl = curl_init();
        curl_setopt_array($curl, array(
            CURLOPT_URL => $this->baseUrl . '/api/sign/pdf',
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_ENCODING => '',
            CURLOPT_MAXREDIRS => 10,
            CURLOPT_TIMEOUT => 0,
            CURLOPT_FOLLOWLOCATION => true,
            CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
            CURLOPT_CUSTOMREQUEST => 'POST',
            CURLOPT_POSTFIELDS => $data,
            CURLOPT_HTTPHEADER => array(
                'Authorization: Basic ' . base64_encode($this->user . ':' . $this->pass),
                'Cookie: JSESSIONID=6F4B5A0B0C7D1E2F3A4B5C6D7E8F9A0B',
                'Expect: 100-continue',
            ),
            CURLOPT_HEADERFUNCTION => function ($curl, $line) {
                $parts = explode(':', $line, 2);
                if (count($parts) == 2) {
                    $this->headers[strtolower(trim($parts[0]))] = trim($parts[1]);
                }
                return strlen($line);
            },
        ));
        $body = curl_exec($curl);
        $code = curl_getinfo($curl, CURLINFO_HTTP_CODE);
        $type = curl_getinfo($curl, CURLINFO_CONTENT_TYPE);
        if ($body === false) {
            $this->error = curl_error($curl);
            return false;
        }
        // jawaban JSON berarti gagal
        if ($code != 200 || strpos($type, 'json') !== false) {
            $json = json_decode($body);
            $this->error = isset($json->error) ? $json->error . ' [' . $json->status_code . ']' : $body;
            return false;
        }
        return $body;
    }

    function download($id)
    {
        $curl = curl_init($this->baseUrl . 'api/sign/download/' . $id);
        curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
        curl_setopt($curl, CURLOPT_USERPWD, $this->user . ':' . $this->pass);
        return curl_exec($curl);
    }
}

list(, $nik, $passphrase, $surat, $ttd, $folder) = $argv;

$cara = array(
    // gambar tanda tangan di pojok kanan bawah; width dan height adalah pojok seberangnya
    'gambar' => array(
        'image' => true,
        'imageTTD' => new CURLFile($ttd, 'image/png', 'imageTTD'),
        'page' => 1, 'xAxis' => 305, 'yAxis' => 205, 'width' => 377, 'height' => 277,
    ),
    // QR code; PHP mengirim false sebagai isian kosong
    'qr' => array(
        'image' => false,
        'linkQR' => 'https://surat.contoh.example/cek/0f3a9c',
        'halaman' => 'TERAKHIR', 'page' => 0,
        'xAxis' => '305,5', 'yAxis' => '205', 'width' => '377', 'height' => '277',
    ),
    // penanda di dalam naskah
    'tag' => array(
        'linkQR' => 'https://surat.contoh.example/cek/0f3a9c',
        'tag_koordinat' => 'Hal', 'width' => 75, 'height' => 75,
    ),
);

$esign = new Esign();
$hasil = array();
foreach ($cara as $nama => $isian) {
    $data = array_merge(array(
        'file' => new CURLFile($surat, 'application/pdf', 'file'),
        'nik' => $nik,
        'passphrase' => $passphrase,
        'tampilan' => 'visible',
        'location' => 'null',
        'reason' => 'Surat keluar ' . $nama,
    ), $isian);
    $pdf = $esign->sign($data);
    if ($pdf === false) {
        fwrite(STDERR, $nama . ': ' . $esign->error . "\n");
        exit(1);
    }
    file_put_contents($folder . '/' . $nama . '.pdf', $pdf);
    $id = $esign->headers['id_dokumen'];
    $hasil[$nama] = array(
        'id' => $id,
        'waktu' => (int) $esign->headers['signing_time'],
        'unduhanSama' => $esign->download($id) === $pdf,
    );
}

// yang salah harus ketahuan salahnya
$esign->sign(array('file' => new CURLFile($surat), 'nik' => $nik, 'passphrase' => 'bukan ini', 'tampilan' => 'invisible'));
$hasil['salah'] = $esign->error;

echo json_encode($hasil), "\n";
